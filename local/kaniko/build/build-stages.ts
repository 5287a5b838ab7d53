import { readArguments } from './arguments.mjs';
import { Bases } from './bases.mjs';
import { dependencies } from './dependencies.mjs';
import { readDockerfile } from './dockerfile.mjs';
import { copyOut } from './engine.mjs';
import { filesFrom } from './files.mjs';
import { readIgnore } from './ignore.mjs';
import { Layers } from './layers.mjs';
import { info } from './log.mjs';
import { begin, lookAhead } from './look-ahead.mjs';
import { optimize } from './optimize.mjs';
import { buildStage } from './stage.mjs';
import { planStages } from './stages.mjs';

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
  const { globals: values, scope } = readArguments(flags, globals);
  const bases = new Bases(flags.registryMap, flags.platform);
  const plan = await planStages(stages, flags.target, values, async (image) => (await bases.get(image)).triggers);
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
  /** @type {Map<number, import('./variables.mjs').Variables>} */
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
