import { Key } from './key.mjs';
import { info } from './log.mjs';
import { optimize } from './optimize.mjs';
import { squash, Uses } from './uses.mjs';

/**
 * @typedef {import('./build.mjs').Build} Build
 * @typedef {import('./variables.mjs').Variables} Variables
 */

/**
 * The key and the variables that a stage begins with.
 * @param {import('./stages.mjs').Planned} stage
 * @param {Build} build
 * @param {ReadonlyMap<number, Variables>} after
 * @param {() => Variables} scope
 */
export async function begin({ base, baseIndex }, { active, bases, finalKeys }, after, scope) {
  const rolling = active.has('ROLLING_CACHE_KEY');
  const before = after.get(baseIndex);
  if (before) {
    const final = finalKeys.get(baseIndex);
    return { key: final ? Key.resume(rolling, final) : undefined, variables: before.clone() };
  }
  const variables = scope();
  const { config, digest } = await bases.get(base);
  variables.startFrom(config);
  return { key: new Key(rolling).add(digest), variables };
}

/**
 * CACHE_LOOKAHEAD: finds what the cache has of all stages before any is built. With SKIP_CACHED_STAGES those that nobody
 * needs then are left out.
 * @param {import('./stages.mjs').Planned[]} stages
 * @param {Build} build
 * @param {() => Variables} scope
 */
export async function lookAhead(stages, build, scope) {
  /** @type {Map<number, Variables>} */
  const after = new Map();
  /** @type {Map<number, boolean[]>} */
  const cached = new Map();
  for (const stage of stages) {
    const { key, variables } = await begin(stage, build, after, scope);
    const found = await optimize(stage, build, key, variables, { hasFiles: false });
    if (found.finalKey !== '') build.finalKeys.set(stage.index, found.finalKey);
    after.set(stage.index, variables);
    cached.set(stage.index, found.cached);
  }
  const { active, flags, fromOf } = build;
  const needs = ['SKIP_CACHED_STAGES', 'INFER_CROSS_STAGE_CACHE_KEY', 'ROLLING_CACHE_KEY'];
  if (!flags.cacheCopyLayers || needs.some((name) => !active.has(name))) return stages;
  const uses = new Uses();
  for (const { index } of stages.filter(({ push }) => push)) uses.stage(index);
  for (const stage of [...stages].reverse()) {
    if (!uses.any(stage.index)) {
      info(`Eliminating stage '${stage.base}' [idx: '${stage.index}'], all consumers are served from cache`);
      continue;
    }
    const built = stage.instructions.filter((_, at) => !cached.get(stage.index)?.[at]);
    uses.of({ baseIndex: stage.baseIndex, instructions: built }, fromOf);
  }
  return squash(stages, uses, true);
}
