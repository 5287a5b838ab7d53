import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSources } from '../../../cli/aws-options.ts';
import { buildImage, prepareBuild } from '../../../commands/build/build-image.ts';
import { Failure } from '../../../failure.ts';
import { buildParameters } from '../../../parameters/build-parameters.ts';
import { validate } from '../../../parameters/validate.ts';
import { destinationOf } from '../../../registry/destinations.ts';
import { ecrImage, isEcr } from '../../../registry/ecr.ts';
import { formatReference } from '../../../registry/image-reference.ts';
import { buildSettings } from '../../../settings/required-settings.ts';
import type { OperatorWorld } from '../../operator-world.ts';

/** Name of the repository that the image is pushed to. */
const REPOSITORY = 'jenkins-controller';
/** Digits of the hash in the image's tag. */
const HASH_DIGITS = 12;

/** Whether this program built an image of Jenkins, by its name. */
export const isBuiltByUs = (image: string): boolean => new RegExp(`/${REPOSITORY}[@:]`).test(image);

/** A hash of all files of a folder: their names, whether they can be executed, their contents. */
async function hashFolder(folder: string): Promise<string> {
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
  return hash.digest('hex').slice(0, HASH_DIGITS);
}

/** The controller's image as the files of its folder make it. */
interface ControllerImage {
  /** Repository and tag, as a build takes them. The tag is a hash of the files. */
  readonly name: string;
  readonly settings: ReturnType<typeof buildSettings>['settings'];
  /** With registry and tag. */
  readonly destination: string;
  /** The image by its digest; undefined where the registry does not have it. */
  readonly existing: string | undefined;
}

/** Looks whether the controller's image is in the builder's registry. */
async function findControllerImage(world: OperatorWorld, prefix: string, folder: string): Promise<ControllerImage> {
  const name = `${REPOSITORY}:${await hashFolder(folder)}`;
  const sources = await readSources(world, { prefix, region: undefined, cluster: undefined, role: undefined });
  const { settings } = buildSettings(sources);
  const image = destinationOf(name, settings.registry, undefined);
  const found = isEcr(image.registry, world.env) ? await ecrImage(world, image) : undefined;
  const existing = found && formatReference({ ...image, tag: undefined, digest: found.digest });
  return { name, settings, destination: formatReference(image), existing };
}

/** Tells which image Jenkins will run, and whether it is still to be built. The builder must be there. */
export async function planControllerImage(world: OperatorWorld, prefix: string, folder: string) {
  const { destination, existing } = await findControllerImage(world, prefix, folder);
  const state = existing === undefined ? 'is built with kaniko on Fargate' : 'is in the registry';
  return { image: existing ?? destination, text: `${destination} ${state}` };
}

/**
 * Makes sure that the controller's image is in the registry. Where it is not, it is built with kaniko on Fargate, as any
 * other image.
 * @returns the image by its digest, as the jenkins stack takes it
 */
export async function ensureControllerImage(
  world: OperatorWorld,
  { prefix, folder, verbose }: { prefix: string; folder: string; verbose: boolean },
): Promise<string> {
  const { name, settings, destination, existing } = await findControllerImage(world, prefix, folder);
  if (existing !== undefined) {
    world.report({ type: 'infra-step', topic: 'image', text: `${destination} is in the registry` });
    return existing;
  }
  const text = `building ${destination} with kaniko on Fargate`;
  world.report({ type: 'infra-step', topic: 'image', text });
  const { values, complaints } = validate(buildParameters, { image: name, context: folder, verbose });
  if (complaints.length > 0) throw new TypeError(complaints.join('; '));
  const { reference } = await buildImage(
    world,
    await prepareBuild(world, values, settings, { root: folder, boundary: undefined }),
  );
  if (reference === null) throw new Failure('internal', `${name} was built, but not pushed`);
  return reference;
}
