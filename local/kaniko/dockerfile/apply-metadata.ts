import { posix } from 'node:path';
import { pairs, readJson } from './instruction.mjs';
import { info } from './log.mjs';
import { expand } from './word.mjs';

/**
 * @typedef {import('./instruction.mjs').Instruction} Instruction
 * @typedef {import('./variables.mjs').Variables} Variables
 */

/** Whether an instruction changes files, and so makes a layer that is kept. @param {Instruction} instruction */
export function makesLayer({ name, rest }) {
  return name === 'RUN' || name === 'COPY' || name === 'ADD' || (name === 'WORKDIR' && rest !== '/');
}

/**
 * Takes in what an instruction says, with the lines that kaniko prints to it.
 * @param {Instruction} instruction one that makes no layer, or WORKDIR
 * @param {Variables} variables
 */
export function takeIn(instruction, variables) {
  const { name, rest } = instruction;
  const values = variables.values();
  const words = () => (readJson(rest) ?? rest.split(/\s+/)).map((word) => expand(word, values));
  if (name === 'ARG') variables.declare(instruction);
  else if (name === 'ENV') variables.set(instruction);
  else if (name === 'SHELL') variables.shell = readJson(rest) ?? variables.shell;
  else if (name === 'USER') {
    info('Cmd: USER');
    variables.user = expand(rest, values);
  } else if (name === 'WORKDIR') {
    info('Cmd: workdir');
    variables.workdir = posix.resolve('/', variables.workdir, expand(rest, values));
    info(`Changed working directory to ${variables.workdir}`);
  } else if (name === 'LABEL') {
    for (const { key, value } of pairs(instruction))
      info(`Applying label ${expand(key, values)}=${expand(value ?? '', values)}`);
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
