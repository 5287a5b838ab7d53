import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logFeatures, readFeatures } from './active-features.ts';
import { buildStages } from './build/build-stages.ts';
import { removeImages } from './build/engine-step.ts';
import { stopDocker } from './engine/docker.ts';
import { parseFlags } from './executor-flags.ts';
import { fetchContext } from './fetch-context.ts';
import { KanikoError, messageOf } from './kaniko-error.ts';
import { info, printLastLine, warn } from './kaniko-log.ts';
import { nameOf, parseReference } from './registry/image-reference.ts';
import { pushImage } from './registry/push-image.ts';
import { checkPush } from './registry/registry-client.ts';

// A stand-in for kaniko's executor, for machines that cannot pull its image. It takes the same flags, and has the same
// log lines and exit codes; test/fixtures/kaniko has recorded ones. The Docker engine behind DOCKER_HOST does the
// building. It is bundled into one file before it goes into its container.

/** kaniko prints this behind an error in its command line. */
const USAGE = `Usage:
  executor [flags]
  executor [command]

Available Commands:
  completion  Generate the autocompletion script for the specified shell
Use "executor [command] --help" for more information about a command.
`;

for (const [signal, number] of [
  ['SIGTERM', 15],
  ['SIGINT', 2],
] as const) {
  process.on(signal, () => {
    stopDocker();
    process.exit(128 + number);
  });
}

try {
  await main();
} catch (error) {
  printLastLine(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof KanikoError ? error.status : 1;
}

async function main(): Promise<void> {
  // A release before 1.28.1 ignores the variables of feature flags, and prints no line about them.
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
      await checkPush(destination).catch((error: unknown) => {
        warn('make sure you entered the correct tag name, that you are authenticated correctly, and try again.');
        throw new KanikoError(
          `error checking push permissions: checking push permission for "${nameOf(destination)}": ${messageOf(error)}`,
        );
      });
    }
  }
  const text = await readFile(join(folder, flags.dockerfile), 'utf8');
  const temporary: string[] = [];
  try {
    await buildStages(text, { folder, flags, active: features.active, temporary });
    const created = new Date().toISOString();
    for (const destination of flags.push ? destinations : []) await pushImage(destination, created);
  } finally {
    await removeImages(temporary);
  }
  if (!flags.push) info('Skipping push to container registry due to --no-push flag');
}

/** Words a failure as kaniko words an error in its command line. */
async function asUsage<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new KanikoError(`Error: ${messageOf(error)}\n${USAGE}`);
  }
}
