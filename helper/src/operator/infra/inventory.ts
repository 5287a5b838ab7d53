import type { OperatorWorld } from '../operator-world.ts';
import { readStacks } from '../stack/stack-calls.ts';
import { type MainStack, stackName } from '../stack/stacks.ts';
import { readKeptData } from './kept-data.ts';
import type { Inventory } from './up/plan-up.ts';

/** What is there of a prefix: its stacks by name, and what an earlier `down` kept. */
export async function readInventory(world: OperatorWorld, prefix: string): Promise<Inventory> {
  const named = await readStacks(world, `${prefix}-`);
  // `team-service-x-builder` is no service of `team`, but the builder of another prefix.
  const stacks = named.filter(({ parameters }) => (parameters.Prefix ?? prefix) === prefix);
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const kept = await readKeptData(world, prefix);
  // Whose deletion failed goes before it is made anew, and leaves its data, though no `down` noted it.
  const half = (kind: MainStack) => {
    const stack = byName.get(stackName(prefix, kind));
    return stack?.status === 'DELETE_FAILED' ? stack.outputs : {};
  };
  return {
    stacks: byName,
    kept: {
      bucket: kept.bucket ?? half('builder').Bucket,
      fileSystem: kept.fileSystem ?? half('jenkins').FileSystemId,
    },
  };
}
