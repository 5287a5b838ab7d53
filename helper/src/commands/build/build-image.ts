import { formatReference } from '../../registry/image-reference.ts';
import { BUILDER_CONTAINER } from '../../task/builder-definition.ts';
import type { World } from '../../world.ts';
import { explainColdCache, warnOfStaleCache } from './cache-notes.ts';
import { ensureBuilder } from './ensure-builder.ts';
import { ensureRepositories } from './ensure-repositories.ts';
import type { PreparedBuild } from './prepare-build.ts';
import { runBuildTask } from './run-build-task.ts';
import { sendBuildContext } from './send-build-context.ts';
import { clientToken, startedBy } from './task-identity.ts';
import { verifyBuild } from './verify-build.ts';

export { describeBuild } from './describe-build.ts';
export { prepareBuild } from './prepare-build.ts';

/** What kanikoBuild returns. */
interface BuildResult {
  /** The first image, `registry/repository:tag`. */
  image: string;
  /** All images, the first one included. */
  images: readonly string[];
  /** `sha256:...`; null where nothing was pushed. */
  digest: string | null;
  /** `registry/repository@sha256:...`, which fargateDeploy takes; null where nothing was pushed. */
  reference: string | null;
  /** The ARN of the task. */
  task: string;
  /** A link to its log. */
  logs: string;
  /** `bytes` is the size before compression; `uploaded` the compressed size of what was sent, for S3 may have had a part of it. */
  context: { files: number; bytes: number; uploaded: number };
  /** The seconds of each phase. */
  seconds: Readonly<Record<'context' | 'start' | 'build', number>>;
}

/**
 * Builds what was prepared: makes sure that the repositories exist, sends the context, runs the task and verifies its result.
 * @param recordPartial is given each field of the result as soon as it is known
 * @throws Failure of any category, after the task was stopped and the upload aborted
 */
export async function buildImage(
  world: World,
  prepared: PreparedBuild,
  recordPartial: (fields: Readonly<Record<string, unknown>>) => void = () => {},
): Promise<BuildResult> {
  const { params, settings, destinations } = prepared;
  const began = world.clock.now();
  const images = destinations.map(formatReference);
  world.report({ type: 'build-started', images, pushed: params.push });
  const builder = await ensureBuilder(world, prepared);
  const cacheExisted = await ensureRepositories(world, prepared);
  await world.enterPhase?.('sending');
  const { key, files, bytes, uploaded, ms } = await sendBuildContext(world, prepared);
  const context = { files, bytes, uploaded };
  recordPartial({ context });
  await world.enterPhase?.('waiting');

  const request = {
    cluster: settings.cluster,
    taskDefinition: builder.arn,
    container: BUILDER_CONTAINER,
    command: prepared.command(key),
    environment: { ...prepared.environment, ...builder.environment },
    cpu: params.cpu,
    memory: params.memory,
    ephemeralStorage: params.ephemeralStorage,
    subnets: settings.subnets,
    securityGroups: settings.securityGroups,
    publicIp: settings.publicIp,
    spot: params.spot,
    spotFallback: params.spotFallback,
    startedBy: startedBy(world.env),
  };
  const { ended, log } = await runBuildTask(world, {
    request: { ...request, clientToken: clientToken(world.env, params.call, request), logs: builder.logs },
    expected: { destinations: images, push: params.push, stages: stageNames(prepared) },
    deadline: began + params.timeout * 60_000,
    verbose: params.verbose,
    onStarted: (task, logs) => recordPartial({ task, logs }),
    onBuilding: (log) => warnOfStaleCache(world.report, prepared, log, builder.image),
  });
  await explainColdCache(world, prepared, cacheExisted, log);
  const digest = await verifyBuild(world, prepared, { ended, log, began });
  const [first] = destinations;
  const phases = ended.phasesMs;
  const seconds = {
    context: toSeconds(ms),
    start: toSeconds(phases.provisioning + phases.pulling),
    build: toSeconds(phases.running),
  };
  world.report({ type: 'build-done', ms: world.clock.now() - began, phases: seconds });
  return {
    image: formatReference(first),
    images,
    digest: digest ?? null,
    reference: digest === undefined ? null : formatReference({ ...first, tag: undefined, digest }),
    task: ended.arn,
    logs: ended.log.link,
    context,
    seconds,
  };
}

const toSeconds = (ms: number): number => Math.round(ms / 100) / 10;

/** The names of the Dockerfile's stages by their index: for a skipped stage kaniko's log has the index only. */
function stageNames({ dockerfile }: PreparedBuild): ReadonlyMap<number, string> {
  return new Map(dockerfile.stages.flatMap(({ index, name }) => (name === '' ? [] : [[index, name]])));
}
