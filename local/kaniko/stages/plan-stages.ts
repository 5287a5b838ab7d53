import { readInstructions } from './dockerfile.mjs';
import { KanikoError } from './error.mjs';
import { flagOf } from './instruction.mjs';
import { info } from './log.mjs';
import { squash, Uses } from './uses.mjs';
import { expand } from './word.mjs';

/**
 * @typedef {import('./instruction.mjs').Instruction} Instruction
 *
 * @typedef {object} Planned
 * @property {number} index in the Dockerfile
 * @property {string} name
 * @property {string} base image, stage or `scratch`
 * @property {number} baseIndex of the stage that it goes on from; -1: an image
 * @property {Instruction[]} instructions with those of ONBUILD before them
 * @property {boolean} save another stage goes on from it
 * @property {boolean} push it is the image that is asked for
 *
 * @typedef {object} Plan
 * @property {Planned[]} stages those that are needed, in order
 * @property {(instruction: Instruction) => string | undefined} fromOf of `COPY --from`: a stage's index, or an image
 */

/**
 * Which stages are built, as kaniko decides: what the target needs, and a stage that only one other goes on from is one
 * with it.
 * @param {readonly import('./dockerfile.mjs').Stage[]} all
 * @param {string} target
 * @param {ReadonlyMap<string, string>} globals
 * @param {(image: string) => Promise<readonly string[]>} triggersOf ONBUILD of an image
 * @returns {Promise<Plan>}
 */
export async function planStages(all, target, globals, triggersOf) {
  const last =
    target === '' ? all.length - 1 : all.findIndex(({ name }) => name !== '' && name === target.toLowerCase());
  if (last < 0)
    throw new KanikoError(
      `error building image: error finding target stage: "${target}" is not a valid target build stage`,
    );
  const stages = all.slice(0, last + 1);
  const byName = new Map(stages.flatMap(({ name }, index) => (name === '' ? [] : [[name, index]])));
  const fromOf = (/** @type {Instruction} */ instruction) => {
    const from = instruction.name === 'COPY' ? flagOf(instruction, 'from') : '';
    return from === '' ? undefined : String(byName.get(from.toLowerCase()) ?? from);
  };
  /** @type {Planned[]} */
  const planned = [];
  const uses = new Uses();
  uses.stage(last);
  for (let index = last; index >= 0; index--) {
    if (!uses.any(index)) continue;
    const stage = /** @type {import('./dockerfile.mjs').Stage} */ (stages[index]);
    const base = expand(stage.base, globals);
    if (stage.name !== '') info(`Resolved base name of ${stage.name} to ${base}`);
    const baseIndex = stages.slice(0, index).findIndex(({ name }) => name !== '' && name === base.toLowerCase());
    const triggers =
      baseIndex >= 0
        ? (stages[baseIndex]?.instructions ?? [])
            .filter(({ name }) => name === 'ONBUILD')
            .map(({ rest, heredocs }) => whole(rest, heredocs))
        : base === 'scratch'
          ? []
          : await triggersOf(base);
    const triggered = readInstructions(triggers.join('\n')).map((each) => ({ ...each, triggered: baseIndex < 0 }));
    const instructions = [...triggered, ...stage.instructions].filter(({ name }) => name !== 'MAINTAINER');
    checkFrom(instructions, fromOf, index, stages.length);
    uses.of({ baseIndex, instructions }, fromOf);
    planned.unshift({ index, name: stage.name, base, baseIndex, instructions, save: false, push: index === last });
  }
  return { stages: squash(planned, uses), fromOf };
}

/**
 * @param {string} line
 * @param {readonly import('./instruction.mjs').Heredoc[]} heredocs
 */
function whole(line, heredocs) {
  return [line, ...heredocs.map(({ data, name }) => data + name)].join('\n');
}

/**
 * @param {readonly Instruction[]} instructions
 * @param {Plan['fromOf']} fromOf
 * @param {number} index
 * @param {number} count
 */
function checkFrom(instructions, fromOf, index, count) {
  for (const instruction of instructions) {
    const from = fromOf(instruction);
    if (from === undefined || !/^\d+$/.test(from)) continue;
    if (Number(from) >= count)
      throw new KanikoError(
        `error building image: stage ${index}: COPY --from=${from} refers to a stage that does not exist`,
      );
    if (Number(from) >= index)
      throw new KanikoError(`error building image: ${instruction.text} refers to invalid stage: ${from}`);
  }
}
