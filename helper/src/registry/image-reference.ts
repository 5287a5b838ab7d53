import { Failure } from '../failure.ts';
import { UNSET, unsetComplaint } from '../text/unset-variables.ts';

/** An image's name, taken apart. `registry` is a host, possibly with a port. */
export interface ImageReference {
  registry: string;
  /** Path within the registry, e.g. `fargate-ci/shop`. */
  repository: string;
  tag: string | undefined;
  /** `sha256:` and 64 hexadecimal digits. */
  digest: string | undefined;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const HOST = /^[A-Za-z0-9.-]+(?::\d+)?$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * True where the first part of a name is a registry's host by Docker's rule: it has a dot, a port, or is localhost.
 * `shop:feature` of `shop:feature/x` is none: that is a bad tag, and said to be one.
 */
export const isHost = (part: string): boolean => /^(localhost|[^:]*\.[^:]*|[^:]+:\d+)$/.test(part);

/** The nearest tag that is one: what is not allowed becomes `-` (`feature/x` -> `feature-x`). */
export function nearestTag(tag: string): string {
  return (
    tag
      .replace(/[^A-Za-z0-9_.-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 128)
      .replace(/-+$/, '') || 'latest'
  );
}

/** The nearest repository that is one: lower case, and `-` for what is not allowed. */
function nearestRepository(repository: string): string {
  const parts = repository.toLowerCase().split('/');
  return parts
    .map((part) => part.replace(/[^a-z0-9._-]+/g, '-').replace(/^[._-]+|[._-]+$/g, ''))
    .filter(Boolean)
    .join('/');
}

/** Splits a name as Docker does; checks nothing. Without a host, `registry` is empty. */
export function splitReference(name: string): ImageReference {
  const at = name.indexOf('@');
  const digest = at < 0 ? undefined : name.slice(at + 1);
  const rest = at < 0 ? name : name.slice(0, at);
  const slash = rest.indexOf('/');
  const first = slash < 0 ? '' : rest.slice(0, slash);
  const registry = isHost(first) ? first : '';
  const path = registry ? rest.slice(slash + 1) : rest;
  const colon = path.indexOf(':');
  return {
    registry,
    repository: colon < 0 ? path : path.slice(0, colon),
    tag: colon < 0 ? undefined : path.slice(colon + 1),
    digest,
  };
}

/**
 * True where a part of an image's name is the word null: in the host and the tag what stands between dots, in the
 * repository what stands between slashes.
 */
export function imageHasUnsetPart(name: string): boolean {
  const { registry, repository, tag = '', digest = '' } = splitReference(name);
  const parts = [...registry.split(/[.:]/), ...repository.split('/'), ...tag.split(/[./:]/), ...digest.split(':')];
  return parts.includes(UNSET);
}

/** What is wrong with an image's name as `[registry/]repository[:tag]`; undefined where nothing is. */
export function imageComplaint(name: string): string | undefined {
  const { registry, repository, tag, digest } = splitReference(name);
  if (name.trim() === '') return 'image is empty: give repository[:tag], for instance shop';
  // Quoted as in JSON: a line break in a name must not break the message.
  const [image, quoted] = [`image ${JSON.stringify(name)}`, JSON.stringify(repository)];
  if (imageHasUnsetPart(name)) return unsetComplaint('image', name);
  if (digest !== undefined) return `${image} has a digest: a build gives one, it cannot take one`;
  if (registry && !HOST.test(registry)) return `${image}: ${JSON.stringify(registry)} is not a registry's host`;
  if (!REPOSITORY.test(repository)) {
    const nearest = nearestRepository(repository);
    return `${image}: ${quoted} is not a repository (lower case letters, digits, ".", "_", "-", "/")${nearest ? `; "${nearest}" is one` : ''}`;
  }
  if (tag !== undefined && !TAG.test(tag)) {
    return `${image}: ${JSON.stringify(tag)} is not a tag (letters, digits, ".", "_", "-", at most 128); "${nearestTag(tag)}" is one`;
  }
  return undefined;
}

/** What is wrong with a cache repository's name, `[registry/]repository`; undefined where nothing is. */
export function cacheComplaint(name: string): string | undefined {
  const { registry, repository, tag, digest } = splitReference(name);
  if (imageHasUnsetPart(name)) return unsetComplaint('cache', name);
  if (tag === undefined && digest === undefined && REPOSITORY.test(repository) && (!registry || HOST.test(registry)))
    return undefined;
  return `cache: ${JSON.stringify(name)} is not a repository (without a tag; lower case letters, digits, ".", "_", "-", "/"), nor true or false`;
}

/**
 * A full reference, checked: the host is Docker Hub's where none is given (`shop` -> `docker.io/library/shop`).
 * @throws Failure `usage` where it is none
 */
export function parseReference(name: string): ImageReference {
  const parts = splitReference(name);
  const bad =
    !REPOSITORY.test(parts.repository) ||
    (parts.tag !== undefined && !TAG.test(parts.tag)) ||
    (parts.digest !== undefined && !DIGEST.test(parts.digest));
  if (bad) {
    throw new Failure('usage', `"${name}" is not an image reference`, {
      hint: 'write registry/repository:tag or registry/repository@sha256:<64 hexadecimal digits>',
    });
  }
  if (parts.registry) return parts;
  const repository = parts.repository.includes('/') ? parts.repository : `library/${parts.repository}`;
  return { ...parts, registry: 'docker.io', repository };
}

/** The reference as one writes it. */
export function formatReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
