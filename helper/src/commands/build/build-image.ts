import { hashCachePath } from '../../context/pack/hash-cache.ts';
import { type SentContext, sendContext } from '../../context/send-context.ts';
import { ensureRepository, isEcr } from '../../registry/ecr.ts';
import { formatReference } from '../../registry/image-reference.ts';
import type { World } from '../../world.ts';
import { explainColdCache, warnOfStaleCache } from './cache-notes.ts';
import { ensureBuilder } from './ensure-builder.ts';
import { CONTAINER, type PreparedBuild } from './prepare-build.ts';
import { commitsOfFiles } from './repository-times.ts';
import { runBuildTask } from './run-build-task.ts';
import { clientToken, startedBy } from './task-identity.ts';
import { verifyBuild } from './verify-build.ts';

export { describeBuild, prepareBuild } from './prepare-build.ts';

/** What kanikoBuild returns. */
export interface BuildResult {
  /** The first image, `registry/repository:tag`, and all of them. */
  image: string;
  images: readonly string[];
  /** `sha256:...`; null where nothing was pushed. */
  digest: string | null;
  /** `registry/repository@sha256:...`: what to deploy; null where nothing was pushed. */
  reference: string | null;
  /** ARN of the task. */
  task: string;
  /** Link to its log. */
  logs: string;
  /** `bytes` before compression; `uploaded` what was sent, compressed: S3 may have had it, or some of it, already. */
  context: { files: number; bytes: number; uploaded: number };
  /** Seconds by phase. */
  seconds: Readonly<Record<'context' | 'start' | 'build', number>>;
}

/**
 * Builds what was prepared: repositories, context, task, and the proof of what came out.
 * @param partially takes fields of the result as they become known
 * @throws Failure of any category; the task is stopped and the upload aborted by then
 */
export async function buildImage(
  world: World,
  prepared: PreparedBuild,
  partially: (fields: Readonly<Record<string, unknown>>) => void = () => {},
): Promise<BuildResult> {
  const { params, settings, destinations } = prepared;
  const began = world.clock.now();
  const images = destinations.map(formatReference);
  world.report({ type: 'build-started', images, pushed: params.push });
  const builder = await ensureBuilder(world, prepared);
  const wasThere = await ensureRepositories(world, prepared);
  await world.settle?.('sending');
  const { key, files, bytes, uploaded, ms } = await send(world, prepared).catch(tellAbort(world));
  const context = { files, bytes, uploaded };
  partially({ context });
  await world.settle?.('waiting');

  const request = {
    cluster: settings.cluster,
    taskDefinition: builder.arn,
    container: CONTAINER,
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
    known: { destinations: images, push: params.push, stages: stageNames(prepared) },
    deadline: began + params.timeout * 60_000,
    verbose: params.verbose,
    onStarted: (task, logs) => partially({ task, logs }),
    onBuilding: (log) => warnOfStaleCache(world.report, prepared, log, builder.image),
  });
  await explainColdCache(world, prepared, wasThere, log);
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

/** A context that S3 has already stays for longer than the build may take, by this: clocks differ. */
const MARGIN_MS = 3_600_000;

const toSeconds = (ms: number): number => Math.round(ms / 100) / 10;

/** Names of the Dockerfile's stages by their index, as far as they are known: kaniko's log tells the index of one it skips. */
function stageNames({ dockerfile }: PreparedBuild): ReadonlyMap<number, string> {
  return new Map(dockerfile.stages.flatMap(({ index, name }) => (name === '' ? [] : [[index, name]])));
}

/**
 * Repositories that this build pushes to and that ECR would miss.
 * @returns whether that of the cache was there, as far as its registry tells
 */
async function ensureRepositories(
  world: World,
  { params, settings, destinations, cache }: PreparedBuild,
): Promise<boolean> {
  const policy = { namespaces: [settings.registry, settings.cacheRegistry], createOnPush: settings.createOnPush };
  const pushedTo = [...(params.push ? destinations : []), ...(cache ? [cache] : [])];
  const repositories = new Map(pushedTo.map((image) => [`${image.registry}/${image.repository}`, image]));
  let wasThere = true;
  for (const image of repositories.values()) {
    if (!isEcr(image.registry, world.env)) continue;
    const found = await ensureRepository(world, image, policy);
    if (image === cache) wasThere = found;
  }
  return wasThere;
}

/** Says what an abort did to the upload. */
const tellAbort =
  (world: World) =>
  (error: unknown): never => {
    if (world.signal.aborted) world.report({ type: 'context-aborted' });
    throw error;
  };

async function send(world: World, prepared: PreparedBuild): Promise<SentContext> {
  const { params, listing, bucket, contextNames: names, boundary } = prepared;
  const sent = await sendContext(world, listing, {
    bucket,
    names,
    lastsMs: params.timeout * 60_000 + MARGIN_MS,
    hashCacheFile: hashCachePath(world.env, listing.root),
    commitsOf: (files) => commitsOfFiles(world, listing.root, boundary, files),
  });
  world.report({ type: 'context-sent', ...sent });
  return sent;
}
