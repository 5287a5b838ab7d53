import { spawn } from 'node:child_process';
import { existsSync, lstatSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchContext } from './context.mjs';
import { copiedPaths, readDockerfile } from './dockerfile.mjs';
import { parseFlags } from './flags.mjs';
import { info, error as logError, output, plain, warn } from './log.mjs';
import { Progress } from './progress.mjs';
import { checkPush, manifestDigest, nameOf, parseReference } from './registry.mjs';

// A stand-in for kaniko's executor, for machines that cannot pull it: the same flags in, the same log lines and exit
// codes out (recorded ones are in test/fixtures/kaniko). The Docker engine behind DOCKER_HOST does the building.

/** A failure with kaniko's own words and exit code. */
class KanikoError extends Error {
  /**
   * @param {string} message
   * @param {number} status
   */
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

/** What kaniko prints after an error that it blames on how it was called. */
const USAGE = `Usage:
  executor [flags]
  executor [command]

Available Commands:
  completion  Generate the autocompletion script for the specified shell
Use "executor [command] --help" for more information about a command.
`;

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
for (const [signal, number] of /** @type {const} */ ([
  ['SIGTERM', 15],
  ['SIGINT', 2],
])) {
  process.on(signal, () => {
    running?.kill('SIGTERM');
    process.exit(128 + number);
  });
}

try {
  await main();
} catch (error) {
  plain(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof KanikoError ? error.status : 1;
}

async function main() {
  const { flags, folder } = await asUsage(async () => {
    const flags = parseFlags(process.argv.slice(2));
    const folder = await fetchContext(flags);
    if (!existsSync(join(folder, flags.dockerfile)))
      throw new Error(
        'error resolving dockerfile path: please provide a valid path to a Dockerfile within the build context with --dockerfile',
      );
    return { flags, folder };
  });
  info('credential providers by priority: [env, google, ecr, acr, gitlab]');
  const destinations = flags.destinations.map(parseReference);
  if (flags.push) {
    for (const destination of destinations) {
      await checkPush(destination).catch((/** @type {Error} */ error) => {
        warn('make sure you entered the correct tag name, that you are authenticated correctly, and try again.');
        throw new KanikoError(
          `error checking push permissions: checking push permission for "${nameOf(destination)}": ${error.message}`,
        );
      });
    }
  }
  const dockerfile = await prepare(folder, flags);
  await build(folder, dockerfile, flags);
  if (!flags.push) return info('Skipping push to container registry due to --no-push flag');
  for (const destination of destinations) await push(destination);
}

/**
 * Reads the Dockerfile, finds its base images and what it copies, and writes the Dockerfile to build.
 * @param {string} folder
 * @param {import('./flags.mjs').Flags} flags
 * @returns {Promise<string>} its path, outside of the context
 */
async function prepare(folder, flags) {
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

/**
 * @param {string} folder
 * @param {string} dockerfile
 * @param {import('./flags.mjs').Flags} flags
 */
async function build(folder, dockerfile, flags) {
  const secrets = flags.secrets.flatMap(({ id, env }) => {
    const file = join(tmpdir(), `secret-${id}`);
    writeFileSync(file, process.env[env] ?? '', { mode: 0o600 });
    return ['--secret', `id=${id},src=${file}`];
  });
  const progress = new Progress(flags.cache ? flags.cacheRepo : '');
  const args = [
    'build',
    '--progress=plain',
    '--network=host',
    `--file=${dockerfile}`,
    ...flags.destinations.flatMap((name) => ['--tag', nameOf(parseReference(name))]),
    ...flags.buildArgs.flatMap((pair) => ['--build-arg', pair]),
    ...flags.labels.flatMap((pair) => ['--label', pair]),
    ...(flags.target ? ['--target', flags.target] : []),
    ...(flags.platform ? ['--platform', flags.platform] : []),
    ...(flags.cache ? [] : ['--no-cache']),
    ...secrets,
    folder,
  ];
  const status = await docker(args, (text) => progress.read(text));
  progress.end();
  if (status !== 0) throw explain(progress.text, folder);
}

/**
 * @param {string} text what BuildKit printed
 * @param {string} folder
 */
function explain(text, folder) {
  const parse = /dockerfile parse error(?: on)? line (\d+): (.*)/.exec(text);
  if (parse)
    return new KanikoError(
      `error building image: parsing dockerfile: dockerfile parse error on line ${parse[1]}: ${parse[2]}`,
    );
  const exit = [...text.matchAll(/(?:exit code: |exit status )(\d+)/g)].at(-1)?.[1];
  if (exit !== undefined) {
    const killed = exit === '137';
    const reason = killed ? 'signal: killed' : `exit status ${exit}`;
    return new KanikoError(
      `error building image: error building stage: failed to execute command: waiting for process to exit: ${reason}`,
      killed ? 255 : Number(exit),
    );
  }
  const missing = /"\/([^"]*)"(?:: not found| not found)/.exec(text)?.[1];
  if (missing !== undefined) {
    const file = join(folder, missing);
    return new KanikoError(
      `error building image: failed to optimize instructions: failed to get files used from context: failed to get fileinfo for ${file}: lstat ${file}: no such file or directory`,
    );
  }
  const last = text.trim().split('\n').at(-1) ?? '';
  return new KanikoError(`error building image: ${last.replace(/^(ERROR: )?(failed to solve[^:]*: )?/, '')}`);
}

/** @param {import('./registry.mjs').Reference} destination */
async function push(destination) {
  const name = nameOf(destination);
  info(`Pushing image to ${name}`);
  let printed = '';
  const status = await docker(['push', name], (text) => {
    printed += text;
  });
  const reason = printed.trim().split('\n').at(-1);
  if (status !== 0) throw new KanikoError(`error pushing image: failed to push to destination ${name}: ${reason}`);
  const digest = await manifestDigest(destination);
  info(`Pushed ${destination.registry}/${destination.repository}@${digest}`);
  // Else a deployment could take it from the engine where it should come from the registry.
  await docker(['image', 'rm', name], () => {});
}

/**
 * @param {string[]} args
 * @param {(text: string) => void} onText
 * @returns {Promise<number>}
 */
function docker(args, onText) {
  return new Promise((resolve) => {
    const child = spawn('docker', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DOCKER_BUILDKIT: '1' },
    });
    running = child;
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onText);
    child.on('error', (error) => {
      output(error.message);
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/**
 * @template T
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
async function asUsage(action) {
  try {
    return await action();
  } catch (error) {
    throw new KanikoError(`Error: ${messageOf(error)}\n${USAGE}`);
  }
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
