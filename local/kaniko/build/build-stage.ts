import type { Build } from '../build.ts';
import type { FoundLayers } from '../cache/find-cached-layers.ts';
import { applyMetadata, makesLayer } from '../dockerfile/apply-metadata.ts';
import type { Instruction } from '../dockerfile/instruction.ts';
import type { StageVariables } from '../dockerfile/stage-variables.ts';
import { filesRead } from '../files/files-read.ts';
import { info } from '../kaniko-log.ts';
import type { PlannedStage } from '../stages/planned-stage.ts';
import { StageImage } from './stage-image.ts';

/**
 * Builds a stage. Each instruction that makes a layer is one small build of the engine on the image before it. For a
 * cached instruction the image under its key is taken, even if the sources would give another one now: that is kaniko's
 * way.
 * @param variables those at the beginning of the stage; they are changed
 * @returns the image's name in the engine
 */
export async function buildStage(
  stage: PlannedStage,
  build: Build,
  found: FoundLayers,
  variables: StageVariables,
): Promise<string> {
  const { instructions } = stage;
  const { flags, folder, layers, sourceOf } = build;
  const cached = triggersTogether(instructions, found.cached);
  const runs = instructions.find((instruction, at) => makesLayer(instruction) && !cached[at]);
  info(runs ? `Unpacking rootfs as cmd ${runs.text} requires it.` : 'Skipping unpacking as no commands require it.');
  const image = new StageImage(await baseName(stage, build), stage, build);
  for (const [at, instruction] of instructions.entries()) {
    info(instruction.text);
    const before = instructions.slice(0, at);
    if (!makesLayer(instruction)) {
      applyMetadata(instruction, variables);
      if (flags.cache) info('Taking snapshot of files...');
      continue;
    }
    // With a cache the keys needed the files, and a missing one was found then.
    const source = sourceOf(instruction);
    if (!flags.cache) filesRead(instruction, variables, { folder, source, doing: 'error building stage' });
    const key = found.keys[at] ?? '';
    if (cached[at]) {
      if (instruction.name === 'WORKDIR') applyMetadata(instruction, variables);
      info('Found cached layer, extracting to filesystem');
      image.continueFrom(layers.imageName(key));
      continue;
    }
    await image.run(instruction, before, variables, key);
    const inferred = found.inferred[at];
    if (inferred !== undefined && inferred !== key) layers.addPointer(inferred, key, found.states[at] ?? '');
  }
  await image.finish(variables);
  await layers.allPushed();
  return image.name;
}

/**
 * The engine runs all of a base image's ONBUILD at once. So if one of its instructions is not cached, none of them is.
 */
function triggersTogether(instructions: readonly Instruction[], cached: readonly boolean[]): boolean[] {
  const all = instructions.every((each, at) => !each.triggered || !makesLayer(each) || cached[at]);
  return instructions.map((each, at) => (cached[at] ?? false) && (all || !each.triggered));
}

async function baseName({ base, baseIndex }: PlannedStage, { bases, images }: Build): Promise<string> {
  return baseIndex < 0 ? (await bases.get(base)).name : (images.get(String(baseIndex)) ?? '');
}
