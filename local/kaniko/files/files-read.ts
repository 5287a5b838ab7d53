import { join } from 'node:path';
import { copyArguments, type Instruction } from '../dockerfile/instruction.ts';
import type { StageVariables } from '../dockerfile/stage-variables.ts';
import { KanikoError, messageOf } from '../kaniko-error.ts';
import { copiedFiles, copiesFolder } from './copied-files.ts';

/** Where an instruction reads its files, and what fails where one is missing. */
export interface ReadingPlace {
  /** The context's folder. */
  readonly folder: string;
  /** The stage or image of a `COPY --from`. */
  readonly source: string | undefined;
  /** What kaniko is doing, for its message. */
  readonly doing: string;
}

/**
 * The files that an instruction reads.
 * @returns absolute paths
 * @throws KanikoError where one is missing
 */
export function filesRead(
  instruction: Instruction,
  variables: StageVariables,
  { folder, source, doing }: ReadingPlace,
): string[] {
  if (instruction.name === 'RUN') return bindMountSources(instruction).map((path) => join(folder, path));
  if (instruction.name !== 'COPY' && instruction.name !== 'ADD') return [];
  const root = source === undefined ? folder : copiesFolder(source);
  try {
    return copiedFiles(copyArguments(instruction), variables.values(), root);
  } catch (error) {
    throw new KanikoError(`error building image: ${doing}: failed to get files used from context: ${messageOf(error)}`);
  }
}

/**
 * The paths in the context that a RUN mounts.
 * @param instruction a RUN
 */
export function bindMountSources({ flags }: Instruction): string[] {
  return flags.flatMap(({ name, value }) => {
    if (name !== 'mount' || /(^|,)(from=(?!context)|type=(?!bind))/.test(value)) return [];
    return [/(?:^|,)(?:source|src)=([^,]*)/.exec(value)?.[1] ?? ''];
  });
}
