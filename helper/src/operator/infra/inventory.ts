import type { OperatorWorld } from '../operator-world.ts';
import { readStacks } from '../stack/stack-calls.ts';
import { type MainStack, type ObservedStack, stackName } from '../stack/stacks.ts';
import { type KeptData, readKeptData } from './kept-data.ts';

/** All that exists of a prefix. */
export interface Inventory {
  /** By their names. */
  readonly stacks: ReadonlyMap<string, ObservedStack>;
  readonly kept: KeptData;
}

/** Reads what exists of a prefix: its stacks, and the data that an earlier `down` kept. */
export async function readInventory(world: OperatorWorld, prefix: string): Promise<Inventory> {
  const candidates = await readStacks(world, `${prefix}-`);
  // `team-service-x-builder` is not a service of `team`: it is the builder of the prefix `team-service-x`.
  const stacks = candidates.filter(({ parameters }) => (parameters.Prefix ?? prefix) === prefix);
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const kept = await readKeptData(world, prefix);
  // A stack whose deletion failed is removed before it is made anew. Its data stays, though no `down` has noted it.
  const outputsOfFailedDeletion = (kind: MainStack) => {
    const stack = byName.get(stackName(prefix, kind));
    return stack?.status === 'DELETE_FAILED' ? stack.outputs : {};
  };
  return {
    stacks: byName,
    kept: {
      bucket: kept.bucket ?? outputsOfFailedDeletion('builder').Bucket,
      fileSystem: kept.fileSystem ?? outputsOfFailedDeletion('jenkins').FileSystemId,
    },
  };
}
