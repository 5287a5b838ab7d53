import { Failure } from '../failure.ts';
import type { BuildSettings } from '../settings/required-settings.ts';
import {
  cacheComplaint,
  type ImageReference,
  imageComplaint,
  parseReference,
  splitReference,
} from './image-reference.ts';

/** A registry's host and the path below which images live. */
export interface RegistryNamespace {
  host: string;
  /** Without slashes at its ends; empty for the registry's root. */
  path: string;
}

/** Splits `111122223333.dkr.ecr.eu-west-1.amazonaws.com/fargate-ci` into host and path. */
export function namespaceOf(registry: string): RegistryNamespace {
  const { registry: host, repository } = splitReference(`${registry}/x`);
  const path = (host ? repository : `${registry}/x`).replace(/\/?x$/, '');
  return { host: host || 'docker.io', path };
}

/**
 * Where an image of the user's goes: to the registry that it names, else below the namespace; with its own tag or the
 * default one.
 */
export function destinationOf(name: string, registry: string, defaultTag: string | undefined): ImageReference {
  const { registry: own, repository, tag } = splitReference(name);
  if (own) return { ...parseReference(name), tag: tag ?? defaultTag };
  const { host, path } = namespaceOf(registry);
  const whole = parseReference(`${host}/${path ? `${path}/` : ''}${repository}`);
  return { ...whole, tag: tag ?? defaultTag };
}

/** What is wrong with the names of images and of the cache repository, a sentence each. */
export function imageComplaints(names: readonly string[], cache: boolean | string): string[] {
  const wrong = names.flatMap((name) => imageComplaint(name) ?? []);
  return typeof cache === 'string' && cache !== 'false' ? [...wrong, ...[cacheComplaint(cache) ?? []].flat()] : wrong;
}

/**
 * Where all images of a build go.
 * @throws Failure `usage` where a name has no tag and there is neither a commit nor a build number
 */
export function destinationsOf(
  names: readonly string[],
  settings: Pick<BuildSettings, 'registry'>,
  defaultTag: string | undefined,
): [ImageReference, ...ImageReference[]] {
  const [first, ...rest] = names.map((name) => destinationOf(name, settings.registry, defaultTag));
  if (first === undefined) throw new Failure('usage', 'no image is given');
  const untagged = [first, ...rest].findIndex(({ tag }) => tag === undefined);
  if (untagged < 0) return [first, ...rest];
  throw new Failure('usage', `image "${names[untagged]}" has no tag, and there is none to take`, {
    hint: `give one: ${names[untagged]}:1.0. Without one it is the commit's first 12 characters, else the build number; here there is neither`,
    evidence: ['looked for in the repository of the context (.git), GIT_COMMIT, BUILD_NUMBER'],
  });
}

/** The cache repository of a build: the one that was named, or the image's own below the cache's namespace. */
export function cacheRepository(
  cache: boolean | string,
  image: string,
  settings: Pick<BuildSettings, 'cacheRegistry' | 'registry'>,
): ImageReference | undefined {
  if (cache === false || cache === 'false') return undefined;
  if (cache === true) return { ...destinationOf(splitReference(image).repository, settings.cacheRegistry, undefined) };
  return destinationOf(cache, settings.registry, undefined);
}
