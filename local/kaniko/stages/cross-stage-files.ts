import { isPattern } from './files.mjs';
import { copied } from './instruction.mjs';
import { info } from './log.mjs';
import { takeIn } from './metadata.mjs';
import { expand } from './word.mjs';

/** @typedef {import('./variables.mjs').Variables} Variables */

/**
 * What later stages copy from each stage and image.
 * @param {readonly import('./stages.mjs').Planned[]} stages
 * @param {Pick<import('./build.mjs').Build, 'bases' | 'fromOf'>} build
 * @param {() => Variables} scope
 * @returns {Promise<Map<string, string[]>>} paths by stage or image, of a pattern the folder before it
 */
export async function dependencies(stages, { bases, fromOf }, scope) {
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
