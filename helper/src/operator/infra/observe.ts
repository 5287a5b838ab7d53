import type { OperatorWorld } from '../world.ts';
import { readStacks } from './calls.ts';
import { readKept } from './kept.ts';
import type { Present } from './planner.ts';

/** What is there of a prefix: its stacks by name, and what an earlier `down` kept. */
export async function observe(world: OperatorWorld, prefix: string): Promise<Present> {
  const stacks = await readStacks(world, `${prefix}-`);
  return { stacks: new Map(stacks.map((stack) => [stack.name, stack])), kept: await readKept(world, prefix) };
}
