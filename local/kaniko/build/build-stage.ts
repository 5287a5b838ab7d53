import { info } from './log.mjs';
import { makesLayer, takeIn } from './metadata.mjs';
import { usedFiles } from './optimize.mjs';
import { StageImage } from './stage-image.mjs';

/**
 * @typedef {import('./build.mjs').Build} Build
 * @typedef {import('./instruction.mjs').Instruction} Instruction
 * @typedef {import('./variables.mjs').Variables} Variables
 */

/**
 * Builds a stage: each instruction that makes a layer is one small build of the engine, on the image before it. A cached
 * one is the image that the cache has under its key, whatever that is.
 * @param {import('./stages.mjs').Planned} stage
 * @param {Build} build
 * @param {import('./optimize.mjs').Found} found
 * @param {Variables} variables changed on the way
 * @returns {Promise<string>} the image's name
 */
export async function buildStage(stage, build, found, variables) {
  const { instructions } = stage;
  const cached = allOrNone(instructions, found.cached);
  const runs = instructions.find((instruction, at) => makesLayer(instruction) && !cached[at]);
  info(runs ? `Unpacking rootfs as cmd ${runs.text} requires it.` : 'Skipping unpacking as no commands require it.');
  const image = new StageImage(await baseOf(stage, build), stage, build);
  for (const [at, instruction] of instructions.entries()) {
    info(instruction.text);
    const before = instructions.slice(0, at);
    if (!makesLayer(instruction)) {
      takeIn(instruction, variables);
      if (build.flags.cache) info('Taking snapshot of files...');
      continue;
    }
    if (!build.flags.cache) usedFiles(instruction, build.fromOf(instruction), variables, build, 'error building stage');
    if (cached[at]) {
      if (instruction.name === 'WORKDIR') takeIn(instruction, variables);
      info('Found cached layer, extracting to filesystem');
      image.goOnFrom(build.layers.nameOf(found.keys[at] ?? ''));
      continue;
    }
    await image.run(instruction, before, variables, found.keys[at] ?? '');
    const inferred = found.inferred[at];
    if (inferred !== undefined && inferred !== found.keys[at])
      build.layers.pushPointer(inferred, found.keys[at] ?? '', found.states[at] ?? '');
  }
  await image.finish(variables);
  await build.layers.settled();
  return image.name;
}

/**
 * The engine runs a base image's ONBUILD as a whole: where one of them is not cached none is.
 * @param {readonly Instruction[]} instructions
 * @param {readonly boolean[]} cached
 */
function allOrNone(instructions, cached) {
  const all = instructions.every((each, at) => !each.triggered || !makesLayer(each) || cached[at]);
  return instructions.map((each, at) => (cached[at] ?? false) && (all || !each.triggered));
}

/**
 * @param {import('./stages.mjs').Planned} stage
 * @param {Build} build
 */
async function baseOf({ base, baseIndex }, { bases, images }) {
  return baseIndex < 0 ? (await bases.get(base)).name : (images.get(String(baseIndex)) ?? '');
}
