import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from './build.mjs';
import { fetchContext } from './context.mjs';
import { stop } from './engine.mjs';
import { KanikoError, messageOf } from './error.mjs';
import { logFeatures, readFeatures } from './features.mjs';
import { parseFlags } from './flags.mjs';
import { info, plain, warn } from './log.mjs';
import { push } from './push.mjs';
import { checkPush, nameOf, parseReference } from './registry.mjs';
import { forget } from './step.mjs';

// A stand-in for kaniko's executor, for machines that cannot pull it: the same flags in, the same log lines and exit
// codes out (recorded ones are in test/fixtures/kaniko). The Docker engine behind DOCKER_HOST does the building.

/** What kaniko prints after an error that it blames on how it was called. */
const USAGE = `Usage:
  executor [flags]
  executor [command]

Available Commands:
  completion  Generate the autocompletion script for the specified shell
Use "executor [command] --help" for more information about a command.
`;

for (const [signal, number] of /** @type {const} */ ([
  ['SIGTERM', 15],
  ['SIGINT', 2],
])) {
  process.on(signal, () => {
    stop();
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
  // A release before 1.28.1 takes the variables, does nothing, and has no line of them.
  const old = process.env.KANIKO_STAND_IN === 'old';
  const features = readFeatures(old ? {} : process.env);
  const { flags, folder } = await asUsage(async () => {
    const flags = parseFlags(process.argv.slice(2));
    if (!old) logFeatures(features);
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
  const text = await readFile(join(folder, flags.dockerfile), 'utf8');
  /** @type {string[]} */
  const temporary = [];
  try {
    await build(text, folder, flags, features.active, temporary);
    const created = new Date().toISOString();
    for (const destination of flags.push ? destinations : []) await push(destination, created);
  } finally {
    await forget(temporary);
  }
  if (!flags.push) info('Skipping push to container registry due to --no-push flag');
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
