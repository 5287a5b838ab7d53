import { isJsonObject, parseJsonObject } from '../../json-object.ts';
import type { ImageReference } from './image-reference.ts';

/** Media type of an image's manifest. */
export const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

/** Media types that a registry may answer for a tag, as the Accept header takes them. */
export const ACCEPTED_TYPES = [
  MANIFEST_TYPE,
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');

/**
 * The digest that the registry answers for a tag; empty where it answers none.
 * @throws Error in kaniko's words
 */
export async function manifestDigest({ registry, repository, tag }: ImageReference): Promise<string> {
  const url = `${origin(registry)}/v2/${repository}/manifests/${tag}`;
  const answer = await ask('GET', url, registry, { Accept: ACCEPTED_TYPES });
  if (!answer.ok) throw new Error(`GET ${url}: ${await registryError(answer, 'MANIFEST_UNKNOWN')}; map[Tag:${tag}]`);
  return answer.headers.get('docker-content-digest') ?? '';
}

/**
 * Opens an upload and drops it, to see whether a push is allowed. kaniko does so before it builds.
 * @throws Error in kaniko's words
 */
export async function checkPush({ registry, repository }: ImageReference): Promise<void> {
  const url = `${origin(registry)}/v2/${repository}/blobs/uploads/`;
  const answer = await ask('POST', url, registry, {});
  if (!answer.ok) throw new Error(`POST ${url}: ${await registryError(answer, 'UNAUTHORIZED')}`);
  const upload = answer.headers.get('location');
  if (upload) await fetch(new URL(upload, url), { method: 'DELETE' }).catch(() => {});
}

/** The beginning of a registry's URLs. A registry on this machine has plain HTTP, as with Docker. */
export function origin(registry: string): string {
  return `${/^(127\.|localhost)/.test(registry) ? 'http' : 'https'}://${registry}`;
}

/**
 * Sends a request to a registry.
 * @throws Error in kaniko's words where the registry cannot be reached
 */
export async function ask(
  method: string,
  url: string,
  registry: string,
  headers: Record<string, string>,
  body: string | null = null,
): Promise<Response> {
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
 * A registry's refusal, in kaniko's words.
 * @param fallback the code where the answer has none
 */
export async function registryError(answer: Response, fallback: string): Promise<string> {
  const text = await answer.text();
  try {
    const { errors } = parseJsonObject(text, 'the answer');
    const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
    if (isJsonObject(first)) return `${first.code}: ${first.message}`;
  } catch {
    // It is not JSON: shown as it is.
  }
  return `${fallback}: unexpected status code ${answer.status} ${text.slice(0, 200)}`;
}
