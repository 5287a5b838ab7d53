import type { BuildLog } from '../../kaniko/build-log.ts';
import { isFlagOn } from '../../kaniko/executor-flags.ts';
import { explainBuild } from '../../kaniko/explain-build.ts';
import { unexpandedStep, withoutOpaqueValues } from '../../kaniko/unexpanded-variables.ts';
import { isEcr } from '../../registry/ecr.ts';
import { formatReference } from '../../registry/image-reference.ts';
import { explainTask } from '../../task/explain-task.ts';
import type { EndedTask } from '../../task/task-request.ts';
import { moreDisk, moreMemory } from '../../task/task-resources.ts';
import type { World } from '../../world.ts';
import type { PreparedBuild } from './prepare-build.ts';
import { proveDigest } from './prove-digest.ts';
import { withWarnings } from './study-dockerfile.ts';

/**
 * Decides from the task's end and its log whether the build succeeded, and proves each push.
 * @returns the digest of the first image; undefined for a build that pushes nothing
 * @throws Failure that explains why the build failed, or what is not proved
 */
export async function verifyBuild(
  world: World,
  { params, settings, destinations, dockerfile }: PreparedBuild,
  { ended, log, began }: { ended: EndedTask; log: BuildLog; began: number },
) {
  const size = { cpu: params.cpu, memory: params.memory, ephemeralStorage: params.ephemeralStorage };
  const resources = { ...size, step: 'kanikoBuild' } as const;
  const instructions = dockerfile.stages.flatMap(({ steps }) => steps.map(({ text }) => text));
  log.step = unexpandedStep(log.step, instructions, params.buildArgs);
  const images = destinations.map(formatReference);
  const outcome = explainBuild(
    {
      exitCode: ended.exitCode,
      timedOut: ended.timedOut,
      platform: explainTask(ended, resources),
      logProblem: ended.log.problem,
      console: ended.log.link,
    },
    log,
    {
      dockerfile: params.dockerfile,
      target: params.target,
      moreMemory: moreMemory(resources),
      moreDisk: moreDisk(resources),
      timeout: params.timeout,
      destinations: images,
      push: params.push,
    },
  );
  if (!outcome.ok && !outcome.provable)
    throw withoutOpaqueValues(withWarnings(outcome.failure, dockerfile.warnings), params.buildArgs);
  if (!params.push) return undefined;
  const digests = outcome.ok ? outcome.digests : {};
  if (log.contested && destinations.some(({ registry }) => !isEcr(registry, world.env))) {
    const text =
      'the log names more than one digest for the image, and this registry cannot be asked: a RUN may have printed such a line. The last one counts; see SECURITY.md';
    world.report({ type: 'warning', text });
  }
  const layers = { layers: log.layers, cachedLayers: log.cachedLayers };
  const proof = {
    since: ended.createdAt ?? began,
    reproducible: isFlagOn([...settings.kanikoArgs, ...params.kanikoArgs], 'reproducible'),
  };
  let first: string | undefined;
  for (const image of destinations) {
    const digest = await proveDigest(world, { image, digest: digests[formatReference(image)], ...proof });
    world.report({ type: 'image-pushed', image: formatReference(image), digest, ...layers });
    first ??= digest;
  }
  return first;
}
