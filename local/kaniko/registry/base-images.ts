import { createHash } from 'node:crypto';
import { inspect, must } from './engine.mjs';
import { KanikoError, messageOf } from './error.mjs';
import { info, error as logError, warn } from './log.mjs';
import { manifestDigest, nameOf, parseReference } from './registry.mjs';

/**
 * An image that a stage starts from, or copies from.
 * @typedef {object} BaseImage
 * @property {string} name under which the engine has it; `scratch`: none
 * @property {string} digest changes with its layers and its configuration, not with its labels
 * @property {import('./variables.mjs').Base} config
 * @property {string[]} triggers its ONBUILD
 */

/** Finds base images and has the engine fetch them, each once. */
export class Bases {
  /** @type {Map<string, Promise<BaseImage>>} */
  #known = new Map();
  #registryMap;
  #platform;

  /**
   * @param {Map<string, string>} registryMap
   * @param {string} platform
   */
  constructor(registryMap, platform) {
    this.#registryMap = registryMap;
    this.#platform = platform;
  }

  /**
   * @param {string} image as the Dockerfile names it
   * @returns {Promise<BaseImage>}
   */
  get(image) {
    if (image === 'scratch') return Promise.resolve({ name: 'scratch', digest: 'scratch', config: {}, triggers: [] });
    const known = this.#known.get(image) ?? this.#fetch(image);
    this.#known.set(image, known);
    return known;
  }

  /** @param {string} image */
  async #fetch(image) {
    const { name, found } = await findImage(image, this.#registryMap);
    const platform = this.#platform === '' ? [] : ['--platform', this.#platform];
    // A pull that finds nothing new takes as long as a small build.
    const present = platform.length > 0 || found === '' ? undefined : await inspect(name).catch(() => undefined);
    const isSame = present?.digests.some((digest) => digest.endsWith(found));
    if (!isSame) await must(['pull', '--quiet', ...platform, name]);
    const { config, layers } = present && isSame ? present : await inspect(name);
    const { Labels: _labels, OnBuild, ...rest } = config;
    const digest = createHash('sha256')
      .update(JSON.stringify([layers, rest]))
      .digest('hex');
    return { name, digest, config, triggers: OnBuild ?? [] };
  }
}

/**
 * @param {string} image
 * @param {Map<string, string>} registryMap
 * @returns {Promise<{ name: string, found: string }>} where it is, and its digest; empty: not known
 */
async function findImage(image, registryMap) {
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
  // Docker Hub wants a token for each manifest: whether it can be reached is all that is asked here.
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

/** @param {string} registry */
async function checkReachable(registry) {
  await manifestDigest({ registry, repository: 'library/reachable', tag: 'latest' }).catch((error) => {
    if (messageOf(error).startsWith('Get "')) throw error;
  });
  return '';
}
