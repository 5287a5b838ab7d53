import { existsSync, lstatSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copiedPaths, readDockerfile } from './dockerfile.mjs';
import { KanikoError, messageOf } from './error.mjs';
import { info, error as logError, warn } from './log.mjs';
import { manifestDigest, nameOf, parseReference } from './registry.mjs';

/**
 * Reads the Dockerfile, finds its base images and what it copies, and writes the Dockerfile to build.
 * @param {string} folder
 * @param {import('./flags.mjs').Flags} flags
 * @returns {Promise<string>} its path, outside of the context
 */
export async function prepare(folder, flags) {
  const source = await readFile(join(folder, flags.dockerfile), 'utf8');
  const buildArgs = Object.fromEntries(
    flags.buildArgs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.length > 0 ? value.join('=') : (process.env[name] ?? '')];
    }),
  );
  /** @type {Map<string, string>} */
  const found = new Map();
  const draft = readDockerfile(source, buildArgs, (image) => image);
  if (
    flags.target &&
    !draft.stages.some(({ name }) => name.toLowerCase() === flags.target.toLowerCase()) &&
    !/^\d+$/.test(flags.target)
  )
    throw new KanikoError(
      `error building image: error finding target stage: "${flags.target}" is not a valid target build stage`,
    );
  for (const image of draft.images) found.set(image, await findImage(image, flags.registryMap));
  info('Built cross stage deps: map[]');
  for (const path of copiedPaths(source)) {
    const file = join(folder, path);
    if (!lstatSync(file, { throwIfNoEntry: false }))
      throw new KanikoError(
        `error building image: failed to optimize instructions: failed to get files used from context: failed to get fileinfo for ${file}: lstat ${file}: no such file or directory`,
      );
  }
  for (const [index, { base }] of draft.stages.entries())
    info(`Building stage '${base}' [idx: '${index}', base-idx: '-1']`);
  const { text } = readDockerfile(source, buildArgs, (image) => found.get(image) ?? image);
  const file = join(await mkdtemp(join(tmpdir(), 'kaniko-')), 'Dockerfile');
  writeFileSync(file, text);
  // Docker looks for an ignore file of this very Dockerfile beside it.
  const ignore = join(folder, `${flags.dockerfile}.dockerignore`);
  if (existsSync(ignore)) writeFileSync(`${file}.dockerignore`, await readFile(ignore));
  return file;
}

/**
 * @param {string} image as the Dockerfile names it
 * @param {Map<string, string>} registryMap
 * @returns {Promise<string>} where it is
 */
async function findImage(image, registryMap) {
  const reference = parseReference(image);
  const mapped = registryMap.get(reference.registry);
  info(`Retrieving image manifest ${image}`);
  if (mapped) {
    info(`Retrieving image ${image} from mapped registry ${mapped}`);
    try {
      await manifestDigest({ ...reference, registry: mapped });
      return nameOf({ ...reference, registry: mapped });
    } catch (error) {
      warn(
        `Failed to retrieve image ${image} from remapped registry ${mapped}: unable to complete operation after 0 attempts, last error: ${messageOf(error)}. Will try with the next registry, or fallback to the original registry.`,
      );
    }
  }
  info(`Retrieving image ${image} from registry ${reference.registry}`);
  // Docker Hub wants a token for each manifest: whether it can be reached is all that is asked here.
  const lookup =
    reference.registry === 'index.docker.io' ? checkReachable(reference.registry) : manifestDigest(reference);
  try {
    await lookup;
  } catch (error) {
    const reason = `unable to complete operation after 0 attempts, last error: ${messageOf(error)}`;
    logError(`Error while retrieving image from cache: ${image} ${reason}`);
    throw new KanikoError(`error building image: ${reason}`);
  }
  return nameOf(reference);
}

/** @param {string} registry */
async function checkReachable(registry) {
  await manifestDigest({ registry, repository: 'library/reachable', tag: 'latest' }).catch((error) => {
    if (messageOf(error).startsWith('Get "')) throw error;
  });
}
