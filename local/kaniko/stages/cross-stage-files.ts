import type { Build } from '../build.ts';
import { applyMetadata } from '../dockerfile/apply-metadata.ts';
import { expandWord } from '../dockerfile/expand-word.ts';
import { copyArguments } from '../dockerfile/instruction.ts';
import type { StageVariables } from '../dockerfile/stage-variables.ts';
import { isPattern } from '../files/copied-files.ts';
import { info } from '../kaniko-log.ts';
import { isStage, type PlannedStage } from './planned-stage.ts';

/**
 * Finds what stages copy from other stages and from images.
 * @returns absolute paths, by the stage's index or the image's name. In place of a pattern it is the folder in which
 *   the pattern begins.
 */
export async function crossStageFiles(
  stages: readonly PlannedStage[],
  { bases, sourceOf, newVariables }: Pick<Build, 'bases' | 'sourceOf' | 'newVariables'>,
): Promise<Map<string, string[]>> {
  const wanted = new Map<string, Set<string>>();
  const after = new Map<number, StageVariables>();
  for (const { index, base, baseIndex, instructions } of stages) {
    const variables = after.get(baseIndex)?.clone() ?? newVariables();
    if (baseIndex < 0) variables.startFrom((await bases.get(base)).config);
    after.set(index, variables);
    for (const instruction of instructions) {
      if (instruction.name === 'ARG' || instruction.name === 'ENV') applyMetadata(instruction, variables);
      const source = sourceOf(instruction);
      if (source === undefined) continue;
      const paths = wanted.get(source) ?? new Set();
      for (const path of copyArguments(instruction).sources) paths.add(fixedPart(expandWord(path, variables.values())));
      wanted.set(source, paths);
    }
  }
  const sorted = new Map([...wanted].map(([source, paths]) => [source, [...paths].sort()]));
  const shown = [...sorted]
    .filter(([source]) => isStage(source))
    .map(([index, paths]) => `${index}:[${paths.join(' ')}]`);
  info(`Built cross stage deps: map[${shown.join(' ')}]`);
  return sorted;
}

/** The part of a path before its first pattern. */
function fixedPart(path: string): string {
  const parts = `/${path}`.split('/').filter((part) => part !== '' && part !== '.');
  const at = parts.findIndex(isPattern);
  return `/${(at < 0 ? parts : parts.slice(0, at)).join('/')}`;
}
