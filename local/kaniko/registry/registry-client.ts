/** Of an image. */
export const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** Media types that a registry may answer for a tag. */
export const MANIFESTS = [
  MANIFEST,
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');

/**
 * @typedef {object} Reference
 * @property {string} registry host[:port]
 * @property {string} repository
 * @property {string} tag or digest
 */

/**
 * Docker's rule: the first part is a registry where it has a dot or a colon or is localhost.
 * @param {string} image
 * @returns {Reference}
 */
export function parseReference(image) {
  const [name = '', digest] = image.split('@');
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hosted = first === 'localhost' || /[.:]/.test(first);
  const rest = hosted ? name.slice(slash + 1) : name;
  const [, path = rest, tag] = /^(.*?)(?::([\w.-]+))?$/.exec(rest) ?? [];
  const hub = !hosted || /^(index\.|registry-1\.)?docker\.io$/.test(first);
  return {
    registry: hub ? 'index.docker.io' : first,
    repository: hub && !path.includes('/') ? `library/${path}` : path,
    tag: digest ?? tag ?? 'latest',
  };
}

/** @param {Reference} reference */
export function nameOf({ registry, repository, tag }) {
  return `${registry}/${repository}${tag.startsWith('sha256:') ? '@' : ':'}${tag}`;
}

/**
 * Digest of a manifest as the registry answers it.
 * @param {Reference} reference
 * @returns {Promise<string>}
 * @throws {Error} worded as kaniko words it
 */
export async function manifestDigest({ registry, repository, tag }) {
  const url = `${origin(registry)}/v2/${repository}/manifests/${tag}`;
  const answer = await ask('GET', url, registry, { Accept: MANIFESTS });
  if (!answer.ok) throw new Error(`GET ${url}: ${await registryError(answer, 'MANIFEST_UNKNOWN')}; map[Tag:${tag}]`);
  return answer.headers.get('docker-content-digest') ?? '';
}

/**
 * Asks, as kaniko does before it builds, whether we may push: opens an upload and drops it.
 * @param {Reference} reference
 * @throws {Error} worded as kaniko words it
 */
export async function checkPush({ registry, repository }) {
  const url = `${origin(registry)}/v2/${repository}/blobs/uploads/`;
  const answer = await ask('POST', url, registry, {});
  if (!answer.ok) throw new Error(`POST ${url}: ${await registryError(answer, 'UNAUTHORIZED')}`);
  const upload = answer.headers.get('location');
  if (upload) await fetch(new URL(upload, url), { method: 'DELETE' }).catch(() => {});
}

/** Plain HTTP on this machine, as Docker has it. @param {string} registry */
export function origin(registry) {
  return `${/^(127\.|localhost)/.test(registry) ? 'http' : 'https'}://${registry}`;
}

/**
 * @param {string} method
 * @param {string} url
 * @param {string} registry
 * @param {Record<string, string>} headers
 * @param {string | null} [body]
 */
export async function ask(method, url, registry, headers, body = null) {
  try {
    return await fetch(url, { method, headers, body, signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    const host = registry.split(':')[0];
    const why =
      code === 'ECONNREFUSED'
        ? `dial tcp ${registry}: connect: connection refused`
        : code === 'ENOTFOUND' || code === 'EAI_AGAIN'
          ? `dial tcp: lookup ${host}: no such host`
          : `dial tcp ${registry}: ${cause instanceof Error ? cause.message : cause}`;
    throw new Error(`Get "${origin(registry)}/v2/": ${why}`);
  }
}

/**
 * @param {Response} answer
 * @param {string} fallback code where the body has none
 */
export async function registryError(answer, fallback) {
  const text = await answer.text();
  try {
    const [{ code, message }] = JSON.parse(text).errors;
    return `${code}: ${message}`;
  } catch {
    return `${fallback}: unexpected status code ${answer.status} ${text.slice(0, 200)}`;
  }
}
