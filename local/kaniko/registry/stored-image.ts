import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, objectIn } from '../../json-object.ts';
import type { ImageReference } from './image-reference.ts';
import { ACCEPTED_TYPES, ask, MANIFEST_TYPE, origin, registryError } from './registry-client.ts';

/** An image as a registry has it. */
export interface StoredImage {
  readonly manifest: JsonObject;
  readonly config: JsonObject;
}

/** @throws Error where there is no such image */
export async function readStoredImage({ registry, repository, tag }: ImageReference): Promise<StoredImage> {
  const base = `${origin(registry)}/v2/${repository}`;
  const read = async (path: string, headers: Record<string, string>): Promise<JsonObject> => {
    const answer: unknown = await (await ask('GET', `${base}/${path}`, registry, headers)).json();
    if (!isJsonObject(answer)) throw new Error(`${base}/${path} is not a JSON object`);
    return answer;
  };
  const manifest = await read(`manifests/${tag}`, { Accept: ACCEPTED_TYPES });
  const config = await read(`blobs/${objectIn(manifest, 'config').digest}`, {});
  return { manifest, config };
}

/**
 * Writes a manifest with another configuration.
 * @param config replaces the one that the manifest names
 * @returns the digest of the new manifest
 */
export async function writeStoredImage(
  { registry, repository, tag }: ImageReference,
  manifest: JsonObject,
  config: JsonObject,
): Promise<string> {
  const base = `${origin(registry)}/v2/${repository}`;
  const text = JSON.stringify(config);
  const digest = sha256(text);
  const upload = await ask('POST', `${base}/blobs/uploads/`, registry, {});
  const to = new URL(upload.headers.get('location') ?? '', base);
  to.searchParams.set('digest', digest);
  await ask('PUT', String(to), registry, { 'Content-Type': 'application/octet-stream' }, text);
  const changed = JSON.stringify({
    ...manifest,
    config: { ...objectIn(manifest, 'config'), size: Buffer.byteLength(text), digest },
  });
  const type = { 'Content-Type': typeof manifest.mediaType === 'string' ? manifest.mediaType : MANIFEST_TYPE };
  const answer = await ask('PUT', `${base}/manifests/${tag}`, registry, type, changed);
  if (!answer.ok) throw new Error(await registryError(answer, 'MANIFEST_INVALID'));
  return sha256(changed);
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
