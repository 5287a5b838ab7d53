import type { Build } from '../build.ts';
import { applyMetadata, makesLayer } from '../dockerfile/apply-metadata.ts';
import type { Instruction } from '../dockerfile/instruction.ts';
import type { StageVariables } from '../dockerfile/stage-variables.ts';
import type { ExecutorFlags } from '../executor-flags.ts';
import { filesRead } from '../files/files-read.ts';
import { hashPath } from '../files/hash-files.ts';
import { info } from '../kaniko-log.ts';
import { isStage, type PlannedStage } from '../stages/planned-stage.ts';
import { CacheKey, keyParts } from './cache-key.ts';

/** What the cache has of a stage. All lists are by the instructions' places in the stage; some places are empty. */
export interface FoundLayers {
  readonly cached: boolean[];
  readonly keys: string[];
  /** The states of the keys, to which inferred keys point. */
  readonly states: string[];
  /** The inferred keys of COPY --from. */
  readonly inferred: string[];
  /** The stage's last key; empty where it cannot be known. */
  readonly finalKey: string;
}

/**
 * Looks up what the cache has of a stage, as kaniko does: one instruction after the other, until one is missing.
 * @param start the key of the stage's base; undefined where it cannot be known
 * @param variables those at the beginning of the stage; they are changed
 * @param options hasFiles: false before the other stages are built, so that what is copied from them is not there yet
 */
export async function findCachedLayers(
  { instructions, index }: PlannedStage,
  build: Build,
  start: CacheKey | undefined,
  variables: StageVariables,
  { hasFiles }: { hasFiles: boolean },
): Promise<FoundLayers> {
  const { flags, active, layers, sourceOf, folder } = build;
  const found: Omit<FoundLayers, 'finalKey'> = { cached: [], keys: [], states: [], inferred: [] };
  let finalKey = start?.hash() ?? '';
  let key = start?.clone();
  let missed = false;
  const doing = hasFiles ? 'failed to optimize instructions' : `precompute: failed to optimize stage ${index}`;
  for (const [at, instruction] of instructions.entries()) {
    if (flags.cache && key) {
      const source = sourceOf(instruction);
      const { inferred, content, early } = await inferKey(instruction, source, key, variables, build);
      if (inferred !== '') found.inferred[at] = inferred;
      if (content !== undefined) {
        key = CacheKey.resume(active.has('ROLLING_CACHE_KEY'), content);
        info(`Cache hit via inferred cross-stage key for cmd: ${instruction.text}`);
      } else if (source !== undefined && !hasFiles) {
        // The files to copy are not there yet, so neither this instruction nor a later one can have a key.
        missed = true;
        key = undefined;
        finalKey = '';
        continue;
      } else {
        key.add(...keyParts(instruction, variables, active));
        key.add(...hashes(filesRead(instruction, variables, { folder, source, doing }), build));
      }
      finalKey = key.hash();
      found.keys[at] = finalKey;
      found.states[at] = key.state();
      if (goesIntoCache(instruction, flags) && (!missed || (early && active.has('SKIP_CACHED_STAGES')))) {
        if ((await layers.find(finalKey)) === undefined) {
          info(`No cached layer found for cmd ${instruction.text}`);
          missed = true;
          continue;
        }
        found.cached[at] = true;
        info(`Using caching version of cmd: ${instruction.text}`);
      }
    }
    if (!makesLayer(instruction)) applyMetadata(instruction, variables);
  }
  return { ...found, finalKey };
}

/** Whether kaniko puts the layer of an instruction into the cache. */
export function goesIntoCache(
  instruction: Instruction,
  { cacheCopyLayers }: Pick<ExecutorFlags, 'cacheCopyLayers'>,
): boolean {
  return makesLayer(instruction) && (cacheCopyLayers || !/^(COPY|ADD)$/.test(instruction.name));
}

interface InferredKey {
  /** Empty where there is none. */
  readonly inferred: string;
  /** The state of the key that the cache has it point to. */
  readonly content: string | undefined;
  /** Whether it was found before this stage's turn. */
  readonly early: boolean;
}

/**
 * INFER_CROSS_STAGE_CACHE_KEY: a key for COPY --from that is made of the last key of the stage that it copies from, and
 * so needs none of its files.
 */
async function inferKey(
  instruction: Instruction,
  source: string | undefined,
  key: CacheKey,
  variables: StageVariables,
  { flags, active, layers, finalKeys, digests }: Build,
): Promise<InferredKey> {
  const none = { inferred: '', content: undefined, early: false };
  if (source === undefined || !active.has('INFER_CROSS_STAGE_CACHE_KEY') || !flags.cacheCopyLayers) return none;
  const identity = isStage(source) ? finalKeys.get(Number(source)) : digests.get(source);
  if (identity === undefined) return none;
  const inferred = key
    .clone()
    .add(...keyParts(instruction, variables, active), identity)
    .hash();
  const early = layers.hasFound(inferred);
  return { inferred, early, content: await layers.find(inferred) };
}

function hashes(files: readonly string[], { folder, isIgnored, active }: Build): string[] {
  return files.flatMap((file) => hashPath(file, folder, isIgnored, active.has('HASH_DIR_FRAMING')) ?? []);
}
