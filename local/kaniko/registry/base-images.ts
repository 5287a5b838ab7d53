import { createHash } from 'node:crypto';
import type { ImageConfig } from '../dockerfile/stage-variables.ts';
import { dockerOrFail } from '../engine/docker.ts';
import { inspectImage } from '../engine/inspect-image.ts';
import { KanikoError, messageOf } from '../kaniko-error.ts';
import { info, logError, warn } from '../kaniko-log.ts';
import { nameOf, parseReference } from './image-reference.ts';
import { manifestDigest } from './registry-client.ts';

/** An image that a stage starts from, or copies from. */
export interface BaseImage {
  /** Its name in the engine, or `scratch`. */
  readonly name: string;
  /** Changes with the image's layers and configuration, not with its labels. */
  readonly digest: string;
  readonly config: ImageConfig;
  /** The instructions of its ONBUILD. */
  readonly triggers: readonly string[];
}

/** Finds base images, and lets the engine pull each of them once. */
export class BaseImages {
  readonly #known = new Map<string, Promise<BaseImage>>();
  readonly #registryMap: ReadonlyMap<string, string>;
  readonly #platform: string;

  /** @param registryMap from a registry to the one that is asked first in its place */
  constructor(registryMap: ReadonlyMap<string, string>, platform: string) {
    this.#registryMap = registryMap;
    this.#platform = platform;
  }

  /** @param image its name in the Dockerfile */
  get(image: string): Promise<BaseImage> {
    if (image === 'scratch') return Promise.resolve({ name: 'scratch', digest: 'scratch', config: {}, triggers: [] });
    const known = this.#known.get(image) ?? this.#fetch(image);
    this.#known.set(image, known);
    return known;
  }

  async #fetch(image: string): Promise<BaseImage> {
    const { name, found } = await findImage(image, this.#registryMap);
    const platform = this.#platform === '' ? [] : ['--platform', this.#platform];
    // Even a pull that finds nothing new takes as long as a small build: the engine is asked first.
    const present = platform.length > 0 || found === '' ? undefined : await inspectImage(name).catch(() => undefined);
    const isSame = present?.digests.some((digest) => digest.endsWith(found));
    if (!isSame) await dockerOrFail(['pull', '--quiet', ...platform, name]);
    const { config, json, layers } = present && isSame ? present : await inspectImage(name);
    const { Labels: _labels, OnBuild: _triggers, ...rest } = json;
    const digest = createHash('sha256')
      .update(JSON.stringify([layers, rest]))
      .digest('hex');
    return { name, digest, config, triggers: config.OnBuild };
  }
}

/**
 * Asks the registries for an image, and prints what kaniko prints about that.
 * @returns found: its digest; empty where that is not known
 */
async function findImage(
  image: string,
  registryMap: ReadonlyMap<string, string>,
): Promise<{ name: string; found: string }> {
  if (!/^[\w.]/.test(image)) {
    logError(`Error while retrieving image from cache: ${image} could not parse reference: ${image}`);
    throw new KanikoError(`error building image: could not parse reference: ${image}`);
  }
  const reference = parseReference(image);
  const mapped = registryMap.get(reference.registry);
  info(`Retrieving image manifest ${image}`);
  if (mapped) {
    info(`Retrieving image ${image} from mapped registry ${mapped}`);
    try {
      const there = { ...reference, registry: mapped };
      const found = await manifestDigest(there);
      return { name: nameOf(there), found };
    } catch (error) {
      warn(
        `Failed to retrieve image ${image} from remapped registry ${mapped}: unable to complete operation after 0 attempts, last error: ${messageOf(error)}. Will try with the next registry, or fallback to the original registry.`,
      );
    }
  }
  info(`Retrieving image ${image} from registry ${reference.registry}`);
  // Docker Hub wants a token for each manifest. So we only look whether it can be reached.
  const lookup =
    reference.registry === 'index.docker.io' ? checkReachable(reference.registry) : manifestDigest(reference);
  try {
    return { name: nameOf(reference), found: await lookup };
  } catch (error) {
    const reason = `unable to complete operation after 0 attempts, last error: ${messageOf(error)}`;
    logError(`Error while retrieving image from cache: ${image} ${reason}`);
    throw new KanikoError(`error building image: ${reason}`);
  }
}

/** @returns an empty digest */
async function checkReachable(registry: string): Promise<string> {
  await manifestDigest({ registry, repository: 'library/reachable', tag: 'latest' }).catch((error: unknown) => {
    // Only such an error means that there was no answer at all.
    if (messageOf(error).startsWith('Get "')) throw error;
  });
  return '';
}
