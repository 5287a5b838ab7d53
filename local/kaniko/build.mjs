import { Bases } from './bases.mjs';
import { readDockerfile } from './dockerfile.mjs';
import { copyOut } from './engine.mjs';
import { filesFrom, isPattern } from './files.mjs';
import { readIgnore } from './ignore.mjs';
import { copied } from './instruction.mjs';
import { Key } from './key.mjs';
import { Layers } from './layers.mjs';
import { info } from './log.mjs';
import { takeIn } from './metadata.mjs';
import { optimize } from './optimize.mjs';
import { buildStage } from './stage.mjs';
import { planStages, squash, Uses } from './stages.mjs';
import { globalValues, Variables } from './variables.mjs';
import { expand } from './word.mjs';

/**
 * What all stages of a build know.
 * @typedef {object} Build
 * @property {string} folder of the context
 * @property {import('./flags.mjs').Flags} flags
 * @property {ReadonlySet<string>} active feature flags
 * @property {Bases} bases
 * @property {Layers} layers
 * @property {import('./ignore.mjs').Excludes} excludes
 * @property {(instruction: import('./instruction.mjs').Instruction) => string | undefined} fromOf
 * @property {Map<number, string>} finalKeys of stages
 * @property {Map<string, string>} digests of images that are copied from
 * @property {Map<string, string>} images what the engine has of stages and of images that are copied from
 * @property {string[]} temporary names that the engine is to forget
 */

/**
 * @param {string} text of the Dockerfile
 * @param {string} folder
 * @param {import('./flags.mjs').Flags} flags
 * @param {ReadonlySet<string>} active
 * @param {string[]} temporary
 */
export async function build(text, folder, flags, active, temporary) {
  const { globals, stages } = readDockerfile(text);
  const given = new Map(flags.buildArgs.map(readArgument));
  const values = globalValues(globals, given);
  const bases = new Bases(flags.registryMap, flags.platform);
  const plan = await planStages(stages, flags.target, values, async (image) => (await bases.get(image)).triggers);
  const scope = () => new Variables(given, new Map([...platformValues(flags.platform), ...values]));
  /** @type {Build} */
  const common = {
    ...{ folder, flags, active, bases, temporary, fromOf: plan.fromOf },
    layers: new Layers(flags.cacheRepo),
    excludes: readIgnore(folder, flags.dockerfile, active.has('SCOPED_DOCKERIGNORE')),
    ...{ finalKeys: new Map(), digests: new Map(), images: new Map() },
  };
  const wanted = await dependencies(plan.stages, common, scope);
  for (const image of wanted.keys()) {
    if (/^\d+$/.test(image)) continue;
    const { name, digest } = await bases.get(image);
    common.digests.set(image, digest);
    common.images.set(image, name);
  }
  let needed = plan.stages;
  if (flags.cache && active.has('CACHE_LOOKAHEAD')) needed = await lookAhead(needed, common, scope);

  for (const [image, name] of common.images) await copyOut(name, wanted.get(image) ?? [], filesFrom(image));
  /** @type {Map<number, Variables>} */
  const after = new Map();
  for (const stage of needed) {
    const { key, variables } = await begin(stage, common, after, scope);
    info(`Building stage '${stage.base}' [idx: '${stage.index}', base-idx: '${stage.baseIndex}']`);
    const found = await optimize(stage, common, key, variables.clone(), { hasFiles: true });
    const image = await buildStage(stage, common, found, variables);
    common.images.set(String(stage.index), image);
    common.finalKeys.set(stage.index, found.finalKey);
    after.set(stage.index, variables);
    if (stage.push) return;
    const files = wanted.get(String(stage.index)) ?? [];
    for (const file of files) info(`Saving file ${file.replace(/^\//, '')} for later use`);
    await copyOut(image, files, filesFrom(String(stage.index)));
    info('Deleting filesystem...');
  }
}

/**
 * The key and the variables that a stage begins with.
 * @param {import('./stages.mjs').Planned} stage
 * @param {Build} build
 * @param {ReadonlyMap<number, Variables>} after
 * @param {() => Variables} scope
 */
async function begin({ base, baseIndex }, { active, bases, finalKeys }, after, scope) {
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
async function lookAhead(stages, build, scope) {
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

/**
 * What later stages copy from each stage and image.
 * @param {readonly import('./stages.mjs').Planned[]} stages
 * @param {Build} build
 * @param {() => Variables} scope
 * @returns {Promise<Map<string, string[]>>} paths by stage or image, of a pattern the folder before it
 */
async function dependencies(stages, { bases, fromOf }, scope) {
  /** @type {Map<string, Set<string>>} */
  const wanted = new Map();
  /** @type {Map<number, Variables>} */
  const after = new Map();
  for (const { index, base, baseIndex, instructions } of stages) {
    const variables = after.get(baseIndex)?.clone() ?? scope();
    if (baseIndex < 0) variables.startFrom((await bases.get(base)).config);
    after.set(index, variables);
    for (const instruction of instructions) {
      if (instruction.name === 'ARG') variables.declare(instruction);
      if (instruction.name === 'ENV') takeIn(instruction, variables);
      const from = fromOf(instruction);
      if (from === undefined) continue;
      const paths = wanted.get(from) ?? new Set();
      for (const source of copied(instruction).sources) paths.add(fixedPart(expand(source, variables.values())));
      wanted.set(from, paths);
    }
  }
  const sorted = [...wanted].map(([from, paths]) => /** @type {[string, string[]]} */ ([from, [...paths].sort()]));
  const shown = sorted.filter(([from]) => /^\d+$/.test(from)).map(([from, paths]) => `${from}:[${paths.join(' ')}]`);
  info(`Built cross stage deps: map[${shown.join(' ')}]`);
  return new Map(sorted);
}

/** @param {string} source */
function fixedPart(source) {
  const parts = `/${source}`.split('/').filter((part) => part !== '' && part !== '.');
  const at = parts.findIndex(isPattern);
  return `/${(at < 0 ? parts : parts.slice(0, at)).join('/')}`;
}

/**
 * @param {string} pair NAME=VALUE, or NAME alone: the executor's own variable
 * @returns {[string, string]}
 */
function readArgument(pair) {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, process.env[pair] ?? ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

/**
 * @param {string} platform
 * @returns {[string, string][]}
 */
function platformValues(platform) {
  const own = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;
  return [
    ['BUILD', own],
    ['TARGET', platform || own],
  ].flatMap(([prefix = '', text = '']) => {
    const [os = '', arch = '', variant = ''] = text.split('/');
    return /** @type {[string, string][]} */ ([
      [`${prefix}PLATFORM`, text],
      [`${prefix}OS`, os],
      [`${prefix}ARCH`, arch],
      [`${prefix}VARIANT`, variant],
    ]);
  });
}
