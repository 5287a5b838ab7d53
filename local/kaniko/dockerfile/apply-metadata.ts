import { posix } from 'node:path';
import { info } from '../kaniko-log.ts';
import { expandWord } from './expand-word.ts';
import { type Instruction, namedValues, readJson } from './instruction.ts';
import type { StageVariables } from './stage-variables.ts';

/** Whether an instruction may change files. Only then does it make a layer. */
export function makesLayer({ name, rest }: Instruction): boolean {
  return name === 'RUN' || name === 'COPY' || name === 'ADD' || (name === 'WORKDIR' && rest !== '/');
}

/**
 * Applies an instruction to the stage's variables and prints what kaniko prints about it.
 * @param instruction one that makes no layer, or WORKDIR
 */
export function applyMetadata(instruction: Instruction, variables: StageVariables): void {
  const { name, rest } = instruction;
  const values = variables.values();
  const words = () => (readJson(rest) ?? rest.split(/\s+/)).map((word) => expandWord(word, values));
  if (name === 'ARG') variables.applyArg(instruction);
  else if (name === 'ENV') variables.applyEnv(instruction);
  else if (name === 'SHELL') variables.shell = readJson(rest) ?? variables.shell;
  else if (name === 'USER') {
    info('Cmd: USER');
    variables.user = expandWord(rest, values);
  } else if (name === 'WORKDIR') {
    info('Cmd: workdir');
    variables.workdir = posix.resolve('/', variables.workdir, expandWord(rest, values));
    info(`Changed working directory to ${variables.workdir}`);
  } else if (name === 'LABEL') {
    for (const { key, value } of namedValues(instruction))
      info(`Applying label ${expandWord(key, values)}=${expandWord(value ?? '', values)}`);
  } else if (name === 'EXPOSE') {
    info('Cmd: EXPOSE');
    for (const port of words()) info(`Adding exposed port: ${port.includes('/') ? port : `${port}/tcp`}`);
  } else if (name === 'ONBUILD') {
    info('Cmd: ONBUILD');
    info(`Args: ${rest}`);
  } else if (name === 'VOLUME' || name === 'STOPSIGNAL') {
    info(`Cmd: ${name}`);
    if (name === 'STOPSIGNAL') info(`Replacing StopSignal in config with ${words()[0]}`);
  }
}
