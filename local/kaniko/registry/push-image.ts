import { docker } from '../engine/docker.ts';
import { KanikoError } from '../kaniko-error.ts';
import { info } from '../kaniko-log.ts';
import { type ImageReference, nameOf } from './image-reference.ts';
import { readStoredImage, writeStoredImage } from './stored-image.ts';

/**
 * Pushes an image that the engine has, and prints its digest.
 * @param created the image's time, in ISO 8601. It is new for each build, so that an image that came wholly from the
 *   cache gets a new digest, too, as with kaniko.
 */
export async function pushImage(destination: ImageReference, created: string): Promise<void> {
  const name = nameOf(destination);
  info(`Pushing image to ${name}`);
  const { status, text } = await docker(['push', name]);
  const reason = text.trim().split('\n').at(-1);
  if (status !== 0) throw new KanikoError(`error pushing image: failed to push to destination ${name}: ${reason}`);
  const { manifest, config } = await readStoredImage(destination);
  const digest = await writeStoredImage(destination, manifest, { ...config, created });
  info(`Pushed ${destination.registry}/${destination.repository}@${digest}`);
}
