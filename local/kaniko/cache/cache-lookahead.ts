import type { Build } from '../build.ts';
import type { StageVariables } from '../dockerfile/stage-variables.ts';
import { info } from '../kaniko-log.ts';
import type { PlannedStage } from '../stages/planned-stage.ts';
import { squashStages } from '../stages/squash-stages.ts';
import { StageConsumers } from '../stages/stage-consumers.ts';
import { findCachedLayers } from './find-cached-layers.ts';
import { startOfStage } from './start-of-stage.ts';

/**
 * CACHE_LOOKAHEAD: looks up what the cache has of all stages before any of them is built. With SKIP_CACHED_STAGES a
 * stage is then skipped if all that is copied from it is in the cache.
 * @returns the stages that must be built
 */
export async function findNeededStages(
  stages: readonly PlannedStage[],
  build: Build,
): Promise<readonly PlannedStage[]> {
  const after = new Map<number, StageVariables>();
  const cached = new Map<number, boolean[]>();
  for (const stage of stages) {
    const { key, variables } = await startOfStage(stage, build, after);
    const found = await findCachedLayers(stage, build, key, variables, { hasFiles: false });
    if (found.finalKey !== '') build.finalKeys.set(stage.index, found.finalKey);
    after.set(stage.index, variables);
    cached.set(stage.index, found.cached);
  }
  const { active, flags, sourceOf } = build;
  const needs = ['SKIP_CACHED_STAGES', 'INFER_CROSS_STAGE_CACHE_KEY', 'ROLLING_CACHE_KEY'];
  if (!flags.cacheCopyLayers || needs.some((name) => !active.has(name))) return stages;
  const consumers = new StageConsumers();
  for (const { index } of stages.filter(({ push }) => push)) consumers.addSuccessor(index);
  for (const stage of [...stages].reverse()) {
    if (!consumers.isNeeded(stage.index)) {
      info(`Eliminating stage '${stage.base}' [idx: '${stage.index}'], all consumers are served from cache`);
      continue;
    }
    const built = stage.instructions.filter((_, at) => !cached.get(stage.index)?.[at]);
    consumers.addNeedsOf({ baseIndex: stage.baseIndex, instructions: built }, sourceOf);
  }
  return squashStages(stages, consumers, { keepTriggers: true });
}
