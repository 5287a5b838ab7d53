import { objectIn } from '../../json-object.ts';
import type { ImageReference } from '../registry/image-reference.ts';
import { MANIFEST_TYPE } from '../registry/registry-client.ts';
import { readStoredImage, writeStoredImage } from '../registry/stored-image.ts';

// The cache repository has an image without layers under each key. A label of it is the note.

const LABEL = 'kaniko.stand-in';

/** @throws Error where there is no note under this reference */
export async function readNote(reference: ImageReference): Promise<string> {
  const { config } = await readStoredImage(reference);
  const note = objectIn(objectIn(config, 'config'), 'Labels')[LABEL];
  if (typeof note !== 'string') throw new Error(`${reference.repository}:${reference.tag} is another image`);
  return note;
}

/** @returns the digest of the manifest */
export async function writeNote(reference: ImageReference, note: string): Promise<string> {
  const mediaType = 'application/vnd.docker.container.image.v1+json';
  const manifest = { schemaVersion: 2, mediaType: MANIFEST_TYPE, config: { mediaType }, layers: [] };
  return await writeStoredImage(reference, manifest, {
    ...{ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } },
    config: { Labels: { [LABEL]: note } },
  });
}
