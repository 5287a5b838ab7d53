import { createHash } from 'node:crypto';
import { ask, MANIFEST, MANIFESTS, origin, registryError } from './registry.mjs';

/** @typedef {import('./registry.mjs').Reference} Reference */

/** Label of an image without layers: what the cache repository has under a key. */
const NOTE = 'kaniko.stand-in';

/**
 * @param {Reference} reference
 * @returns {Promise<string>}
 * @throws {Error} where there is none
 */
export async function readNote(reference) {
  const { config } = await readImage(reference);
  const note = config.config?.Labels?.[NOTE];
  if (typeof note !== 'string') throw new Error(`${reference.repository}:${reference.tag} is another image`);
  return note;
}

/**
 * @param {Reference} reference
 * @param {string} note
 * @returns {Promise<string>} digest of the manifest
 */
export async function writeNote(reference, note) {
  const mediaType = 'application/vnd.docker.container.image.v1+json';
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config: { mediaType }, layers: [] };
  return await writeImage(reference, manifest, {
    ...{ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } },
    config: { Labels: { [NOTE]: note } },
  });
}

/**
 * Gives an image the time of its making: with kaniko one that comes wholly from the cache has a digest of its own, too.
 * @param {Reference} reference
 * @param {string} created
 * @returns {Promise<string>} digest of the manifest
 */
export async function stamp(reference, created) {
  const { manifest, config } = await readImage(reference);
  return await writeImage(reference, manifest, { ...config, created });
}

/**
 * @param {Reference} reference
 * @returns {Promise<{ manifest: any, config: any }>}
 */
async function readImage({ registry, repository, tag }) {
  const base = `${origin(registry)}/v2/${repository}`;
  /** @type {any} */
  const manifest = await (await ask('GET', `${base}/manifests/${tag}`, registry, { Accept: MANIFESTS })).json();
  /** @type {any} */
  const config = await (await ask('GET', `${base}/blobs/${manifest.config.digest}`, registry, {})).json();
  return { manifest, config };
}

/**
 * @param {Reference} reference
 * @param {any} manifest
 * @param {object} config in place of the manifest's
 */
async function writeImage({ registry, repository, tag }, manifest, config) {
  const base = `${origin(registry)}/v2/${repository}`;
  const text = JSON.stringify(config);
  const digest = sha256(text);
  const upload = await ask('POST', `${base}/blobs/uploads/`, registry, {});
  const to = new URL(upload.headers.get('location') ?? '', base);
  to.searchParams.set('digest', digest);
  await ask('PUT', String(to), registry, { 'Content-Type': 'application/octet-stream' }, text);
  const changed = JSON.stringify({
    ...manifest,
    config: { ...manifest.config, size: Buffer.byteLength(text), digest },
  });
  const type = { 'Content-Type': manifest.mediaType ?? MANIFEST };
  const answer = await ask('PUT', `${base}/manifests/${tag}`, registry, type, changed);
  if (!answer.ok) throw new Error(await registryError(answer, 'MANIFEST_INVALID'));
  return sha256(changed);
}

/** @param {string} text */
function sha256(text) {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
