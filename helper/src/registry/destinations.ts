import { Failure } from '../failure.ts';
import type { BuildSettings } from '../settings/required-settings.ts';
import {
  cacheComplaint,
  type ImageReference,
  imageComplaint,
  parseReference,
  splitReference,
} from './image-reference.ts';

/** A registry's host, and the path in it below which images are stored. */
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
 * The full reference for an image name that a user gave. A name without a registry goes below the registry of the settings;
 * a name without a tag gets the default tag.
 */
export function destinationOf(name: string, registry: string, defaultTag: string | undefined): ImageReference {
  const { registry: namedRegistry, repository, tag } = splitReference(name);
  if (namedRegistry) return { ...parseReference(name), tag: tag ?? defaultTag };
  const { host, path } = namespaceOf(registry);
  const reference = parseReference(`${host}/${path ? `${path}/` : ''}${repository}`);
  return { ...reference, tag: tag ?? defaultTag };
}

/** Everything that is wrong with the names of images and of the cache repository, one sentence for each fault. */
export function imageComplaints(names: readonly string[], cache: boolean | string): string[] {
  const complaints = names.flatMap((name) => imageComplaint(name) ?? []);
  if (typeof cache !== 'string' || cache === 'false') return complaints;
  return [...complaints, ...[cacheComplaint(cache) ?? []].flat()];
}

/**
 * The full references of all images of a build.
 * @throws Failure `usage` where a name has no tag and there is no default tag: neither a commit nor a build number
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

/** The cache repository of a build: the named one, or one with the image's name below the cache's registry. */
export function cacheRepository(
  cache: boolean | string,
  image: string,
  settings: Pick<BuildSettings, 'cacheRegistry' | 'registry'>,
): ImageReference | undefined {
  if (cache === false || cache === 'false') return undefined;
  if (cache === true) return { ...destinationOf(splitReference(image).repository, settings.cacheRegistry, undefined) };
  return destinationOf(cache, settings.registry, undefined);
}
