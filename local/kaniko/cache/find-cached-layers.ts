import { join } from 'node:path';
import { KanikoError, messageOf } from './error.mjs';
import { filesFrom, filesOf, hashOf } from './files.mjs';
import { copied } from './instruction.mjs';
import { Key, partsOf } from './key.mjs';
import { info } from './log.mjs';
import { makesLayer, takeIn } from './metadata.mjs';

/**
 * @typedef {import('./build.mjs').Build} Build
 * @typedef {import('./instruction.mjs').Instruction} Instruction
 * @typedef {import('./variables.mjs').Variables} Variables
 *
 * What is known of a stage's instructions before any is run, each by its place.
 * @typedef {object} Found
 * @property {boolean[]} cached
 * @property {string[]} keys
 * @property {string[]} states of the keys: what an inferred key points to
 * @property {string[]} inferred keys of COPY --from by the stage's key, not by its files
 * @property {string} finalKey empty where it cannot be known
 */

/**
 * Looks up what the cache has, as kaniko does: instruction by instruction until one is missing.
 * @param {import('./stages.mjs').Planned} stage
 * @param {Build} build
 * @param {Key | undefined} begin
 * @param {Variables} variables changed on the way
 * @param {{ hasFiles: boolean }} now false: looking ahead, other stages are not built yet
 * @returns {Promise<Found>}
 */
export async function optimize({ instructions, index }, build, begin, variables, { hasFiles }) {
  const { flags, active, layers, fromOf } = build;
  const found = { cached: [], keys: [], states: [], inferred: [], finalKey: begin?.hash() ?? '' };
  const result = /** @type {Found} */ (found);
  let key = begin?.clone();
  let missed = false;
  const doing = hasFiles ? 'failed to optimize instructions' : `precompute: failed to optimize stage ${index}`;
  for (const [at, instruction] of instructions.entries()) {
    if (flags.cache && key) {
      const from = fromOf(instruction);
      const { inferred, content, early } = await inferKey(instruction, from, key, variables, build);
      if (inferred !== '') result.inferred[at] = inferred;
      if (content !== undefined) {
        key = Key.resume(active.has('ROLLING_CACHE_KEY'), content);
        info(`Cache hit via inferred cross-stage key for cmd: ${instruction.text}`);
      } else if (from !== undefined && !hasFiles) {
        // Its files are not there yet, so nothing behind it can have a key.
        missed = true;
        key = undefined;
        result.finalKey = '';
        continue;
      } else {
        key.add(...partsOf(instruction, variables, active));
        key.add(...hashes(usedFiles(instruction, from, variables, build, doing), build));
      }
      result.keys[at] = key.hash();
      result.states[at] = key.state();
      result.finalKey = key.hash();
      if (isKept(instruction, flags) && (!missed || (early && active.has('SKIP_CACHED_STAGES')))) {
        if ((await layers.get(key.hash())) === undefined) {
          info(`No cached layer found for cmd ${instruction.text}`);
          missed = true;
          continue;
        }
        result.cached[at] = true;
        info(`Using caching version of cmd: ${instruction.text}`);
      }
    }
    if (!makesLayer(instruction)) takeIn(instruction, variables);
  }
  return result;
}

/**
 * Whether what an instruction makes goes into the cache.
 * @param {Instruction} instruction
 * @param {import('./flags.mjs').Flags} flags
 */
export function isKept(instruction, { cacheCopyLayers }) {
  return makesLayer(instruction) && (cacheCopyLayers || !/^(COPY|ADD)$/.test(instruction.name));
}

/**
 * INFER_CROSS_STAGE_CACHE_KEY: COPY --from by the last key of the stage that it copies from.
 * @param {Instruction} instruction
 * @param {string | undefined} from
 * @param {Key} key
 * @param {Variables} variables
 * @param {Build} build
 */
async function inferKey(instruction, from, key, variables, { flags, active, layers, finalKeys, digests }) {
  const none = { inferred: '', content: undefined, early: false };
  if (from === undefined || !active.has('INFER_CROSS_STAGE_CACHE_KEY') || !flags.cacheCopyLayers) return none;
  const source = /^\d+$/.test(from) ? finalKeys.get(Number(from)) : digests.get(from);
  if (source === undefined) return none;
  const inferred = key
    .clone()
    .add(...partsOf(instruction, variables, active), source)
    .hash();
  const early = layers.knows(inferred);
  return { inferred, early, content: await layers.get(inferred) };
}

/**
 * The files that an instruction reads.
 * @param {Instruction} instruction
 * @param {string | undefined} from
 * @param {Variables} variables
 * @param {Build} build
 * @param {string} doing what fails where one is not there
 * @returns {string[]}
 */
export function usedFiles(instruction, from, variables, { folder }, doing) {
  if (instruction.name === 'RUN') return boundFolders(instruction).map((path) => join(folder, path));
  if (instruction.name !== 'COPY' && instruction.name !== 'ADD') return [];
  try {
    return filesOf(copied(instruction), variables.values(), from === undefined ? folder : filesFrom(from));
  } catch (error) {
    throw new KanikoError(`error building image: ${doing}: failed to get files used from context: ${messageOf(error)}`);
  }
}

/** @param {Instruction} instruction RUN */
export function boundFolders({ flags }) {
  return flags.flatMap(({ name, value }) => {
    if (name !== 'mount' || /(^|,)(from=(?!context)|type=(?!bind))/.test(value)) return [];
    return [/(?:^|,)(?:source|src)=([^,]*)/.exec(value)?.[1] ?? ''];
  });
}

/**
 * @param {readonly string[]} files
 * @param {Build} build
 */
function hashes(files, { folder, excludes, active }) {
  return files.flatMap((file) => hashOf(file, folder, excludes, active.has('HASH_DIR_FRAMING')) ?? []);
}
