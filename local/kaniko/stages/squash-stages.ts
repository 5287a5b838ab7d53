import { info } from '../kaniko-log.ts';
import type { PlannedStage } from './planned-stage.ts';
import type { StageConsumers } from './stage-consumers.ts';

/**
 * Joins a stage with the only stage that is built on it, and leaves out stages that nobody needs.
 * @param options keepTriggers: does not join a stage that has an ONBUILD, since other cache keys would come of it
 */
export function squashStages(
  stages: readonly PlannedStage[],
  consumers: StageConsumers,
  { keepTriggers = false }: { keepTriggers?: boolean } = {},
): PlannedStage[] {
  const byIndex = new Map(stages.map((stage) => [stage.index, stage]));
  for (const { index } of stages) {
    const stage = byIndex.get(index);
    const base = stage && byIndex.get(stage.baseIndex);
    if (!base || base.push || !consumers.isNeeded(index) || !consumers.hasOnlyOneSuccessor(base.index)) continue;
    const hasTriggers = base.instructions.some(({ name }) => name === 'ONBUILD');
    if (keepTriggers && hasTriggers) continue;
    info(`Squashing stages: ${stage.name} into ${base.name}`);
    const kept = base.instructions.filter(({ name }) => name !== 'ONBUILD');
    byIndex.set(index, {
      ...stage,
      base: base.base,
      baseIndex: base.baseIndex,
      instructions: [...kept, ...stage.instructions],
    });
    consumers.removeSuccessors(base.index);
  }
  return [...byIndex.values()]
    .filter(({ index }) => consumers.isNeeded(index))
    .map((stage) => ({ ...stage, save: consumers.isBase(stage.index) && !stage.push }));
}
