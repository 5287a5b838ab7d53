import type { Build } from '../build.ts';
import type { StageVariables } from '../dockerfile/stage-variables.ts';
import type { PlannedStage } from '../stages/planned-stage.ts';
import { CacheKey } from './cache-key.ts';

/**
 * The key and the variables with which a stage begins: those of its base.
 * @param after the variables at the end of each earlier stage, by its index
 * @returns key: undefined where the base is a stage whose last key is not known
 */
export async function startOfStage(
  { base, baseIndex }: PlannedStage,
  { active, bases, finalKeys, newVariables }: Build,
  after: ReadonlyMap<number, StageVariables>,
): Promise<{ key: CacheKey | undefined; variables: StageVariables }> {
  const rolling = active.has('ROLLING_CACHE_KEY');
  const before = after.get(baseIndex);
  if (before) {
    const final = finalKeys.get(baseIndex);
    return { key: final ? CacheKey.resume(rolling, final) : undefined, variables: before.clone() };
  }
  const variables = newVariables();
  const { config, digest } = await bases.get(base);
  variables.startFrom(config);
  return { key: new CacheKey(rolling).add(digest), variables };
}
