import { docker } from './engine.mjs';
import { KanikoError } from './error.mjs';
import { info } from './log.mjs';
import { stamp } from './manifest.mjs';
import { nameOf } from './registry.mjs';

/**
 * Pushes, and tells the digest that the registry answers.
 * @param {import('./registry.mjs').Reference} destination
 * @param {string} created time of the image
 */
export async function push(destination, created) {
  const name = nameOf(destination);
  info(`Pushing image to ${name}`);
  const { status, text } = await docker(['push', name]);
  const reason = text.trim().split('\n').at(-1);
  if (status !== 0) throw new KanikoError(`error pushing image: failed to push to destination ${name}: ${reason}`);
  const digest = await stamp(destination, created);
  info(`Pushed ${destination.registry}/${destination.repository}@${digest}`);
}
