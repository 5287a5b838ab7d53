import { Failure } from '../failure.ts';
import { UNSET_WORD, unsetVariableComplaint } from '../text/unset-variables.ts';

/** The parts of an image's name. `registry` is a host, possibly with a port. */
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
 * True where Docker takes the first part of a name for a registry's host: it has a dot or a port, or is `localhost`.
 * `shop:feature` in `shop:feature/x` is no host: the user meant a tag, and the complaint is about the tag.
 */
const isHost = (part: string): boolean => /^(localhost|[^:]*\.[^:]*|[^:]+:\d+)$/.test(part);

/** The nearest valid tag: characters that are not allowed become `-` (`feature/x` -> `feature-x`). */
export function nearestTag(tag: string): string {
  return (
    tag
      .replace(/[^A-Za-z0-9_.-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 128)
      .replace(/-+$/, '') || 'latest'
  );
}

/** The nearest valid repository: in lower case, with `-` in place of characters that are not allowed. */
function nearestRepository(repository: string): string {
  const parts = repository.toLowerCase().split('/');
  return parts
    .map((part) => part.replace(/[^a-z0-9._-]+/g, '-').replace(/^[._-]+|[._-]+$/g, ''))
    .filter(Boolean)
    .join('/');
}

/** Splits a name as Docker does, without any check. `registry` is empty where the name has no host. */
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
 * True where a part of an image's name is the word null, which an unset variable of Groovy leaves in it. Parts of the host
 * and of the tag are separated by dots, parts of the repository by slashes.
 */
export function imageHasUnsetPart(name: string): boolean {
  const { registry, repository, tag = '', digest = '' } = splitReference(name);
  const parts = [...registry.split(/[.:]/), ...repository.split('/'), ...tag.split(/[./:]/), ...digest.split(':')];
  return parts.includes(UNSET_WORD);
}

/** What is wrong with an image's name as `[registry/]repository[:tag]`; undefined where it is right. */
export function imageComplaint(name: string): string | undefined {
  const { registry, repository, tag, digest } = splitReference(name);
  if (name.trim() === '') return 'image is empty: give repository[:tag], for instance shop';
  // JSON's quoting keeps a line break in a name from breaking the message.
  const [image, quoted] = [`image ${JSON.stringify(name)}`, JSON.stringify(repository)];
  if (imageHasUnsetPart(name)) return unsetVariableComplaint('image', name);
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

/** What is wrong with a cache repository's name, `[registry/]repository`; undefined where it is right. */
export function cacheComplaint(name: string): string | undefined {
  const { registry, repository, tag, digest } = splitReference(name);
  if (imageHasUnsetPart(name)) return unsetVariableComplaint('cache', name);
  if (tag === undefined && digest === undefined && REPOSITORY.test(repository) && (!registry || HOST.test(registry)))
    return undefined;
  return `cache: ${JSON.stringify(name)} is not a repository (without a tag; lower case letters, digits, ".", "_", "-", "/"), nor true or false`;
}

/**
 * Reads and checks a reference. Without a host it is Docker Hub's (`shop` -> `docker.io/library/shop`).
 * @throws Failure `usage` for a text that is no reference
 */
export function parseReference(name: string): ImageReference {
  const parts = splitReference(name);
  const isInvalid =
    !REPOSITORY.test(parts.repository) ||
    (parts.tag !== undefined && !TAG.test(parts.tag)) ||
    (parts.digest !== undefined && !DIGEST.test(parts.digest));
  if (isInvalid) {
    throw new Failure('usage', `"${name}" is not an image reference`, {
      hint: 'write registry/repository:tag or registry/repository@sha256:<64 hexadecimal digits>',
    });
  }
  if (parts.registry) return parts;
  const repository = parts.repository.includes('/') ? parts.repository : `library/${parts.repository}`;
  return { ...parts, registry: 'docker.io', repository };
}

/** Writes a reference as one text, `registry/repository:tag@digest`. */
export function formatReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
