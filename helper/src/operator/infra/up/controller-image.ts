import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSources } from '../../../cli/aws-options.ts';
import { buildImage, prepareBuild } from '../../../commands/build/build-image.ts';
import { Failure } from '../../../failure.ts';
import { buildParameters as buildSchema } from '../../../parameters/build-parameters.ts';
import { validate } from '../../../parameters/validate.ts';
import { destinationOf } from '../../../registry/destinations.ts';
import { ecrImage, isEcr } from '../../../registry/ecr.ts';
import { formatReference } from '../../../registry/image-reference.ts';
import { buildSettings } from '../../../settings/required-settings.ts';
import type { OperatorWorld } from '../../operator-world.ts';

/** Digits of the hash in the image's tag. */
const DIGITS = 12;

/** What a folder holds, as a hash: names, whether they can be executed, contents. */
export async function hashFolder(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const { mode } = await stat(file);
    const content = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    hash.update(`${file.slice(folder.length)}\0${mode & 0o100 ? 'x' : '-'}\0${content}\n`);
  }
  return hash.digest('hex').slice(0, DIGITS);
}

/** The controller's image as this folder makes it. */
interface ControllerImage {
  /** Repository and tag, as a build takes them; the tag says what it is made of. */
  readonly name: string;
  readonly settings: ReturnType<typeof buildSettings>['settings'];
  /** With registry and tag. */
  readonly destination: string;
  /** By digest; undefined where the registry does not have it. */
  readonly held: string | undefined;
}

/** Looks whether the controller's image is in the builder's registry. */
async function findControllerImage(world: OperatorWorld, prefix: string, folder: string): Promise<ControllerImage> {
  const name = `jenkins-controller:${await hashFolder(folder)}`;
  const sources = await readSources(world, { prefix, region: undefined, cluster: undefined, role: undefined });
  const { settings } = buildSettings(sources);
  const image = destinationOf(name, settings.registry, undefined);
  const held = isEcr(image.registry, world.env) ? await ecrImage(world, image) : undefined;
  const reference = held && formatReference({ ...image, tag: undefined, digest: held.digest });
  return { name, settings, destination: formatReference(image), held: reference };
}

/** What Jenkins will run, where its builder is there, and whether that is still to be built. */
export async function planControllerImage(world: OperatorWorld, prefix: string, folder: string) {
  const { destination, held } = await findControllerImage(world, prefix, folder);
  const state = held === undefined ? 'is built with kaniko on Fargate' : 'is in the registry';
  return { image: held ?? destination, text: `${destination} ${state}` };
}

/**
 * Sees to it that the controller's image is in the registry: builds it with kaniko on Fargate, as any other, unless it
 * is there already.
 * @returns by digest, as the jenkins stack takes it
 */
export async function ensureControllerImage(
  world: OperatorWorld,
  { prefix, folder, verbose }: { prefix: string; folder: string; verbose: boolean },
): Promise<string> {
  const { name, settings, destination, held } = await findControllerImage(world, prefix, folder);
  if (held !== undefined) {
    world.report({ type: 'infra-step', topic: 'image', text: `${destination} is in the registry` });
    return held;
  }
  const text = `building ${destination} with kaniko on Fargate`;
  world.report({ type: 'infra-step', topic: 'image', text });
  const { values, complaints } = validate(buildSchema, { image: name, context: folder, verbose });
  if (complaints.length > 0) throw new TypeError(complaints.join('; '));
  const { reference } = await buildImage(
    world,
    await prepareBuild(world, values, settings, { root: folder, boundary: undefined }),
  );
  if (reference === null) throw new Failure('internal', `${name} was built, but not pushed`);
  return reference;
}
