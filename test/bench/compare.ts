import type { Sent, Tool } from './tools.ts';
import { alter, type WorkspaceState } from './workspace-states.ts';

/** The results of a tool, one entry for each round. */
export interface Rounds {
  readonly seconds: number[];
  readonly cpuSeconds: number[];
  /** Bytes that were sent to S3, HTTP headers included. */
  readonly bytes: number[];
  readonly memory: number[];
}

/** Where the comparison takes place. */
export interface Ground {
  readonly workspace: string;
  readonly state: WorkspaceState;
  readonly rounds: number;
  /** Sends the workspace with a tool, and tells what it took. */
  send(tool: Tool): Promise<Sent & { bytes: number }>;
  /** Deletes everything at S3. */
  empty(): Promise<void>;
  /** Deletes one object. */
  drop(key: string): Promise<void>;
  /** Checks that the first tool sent the workspace, and nothing else. */
  check(key: string): Promise<void>;
}

/**
 * Runs the tools one after the other, in another order in each round. The first tool is ours. It alone remembers, so it
 * has built once before a round that is not a first build.
 */
export async function compare(tools: readonly Tool[], ground: Ground): Promise<Map<string, Rounds>> {
  const [ours] = tools;
  const results = new Map(
    tools.map(({ name }): [string, Rounds] => [name, { seconds: [], cpuSeconds: [], bytes: [], memory: [] }]),
  );
  const { workspace, state } = ground;
  const afresh = async (tool: Tool) => {
    await ground.empty();
    await tool.forget?.(workspace);
  };
  if (ours) await afresh(ours);
  if (ours && state !== 'cold') await ground.send(ours);
  for (let round = 0; round < ground.rounds; round += 1) {
    await alter(workspace, state, `round ${round} of ${state}`);
    for (let turn = 0; turn < tools.length; turn += 1) {
      const tool = tools[(turn + round) % tools.length];
      const rounds = tool && results.get(tool.name);
      if (!tool || !rounds) continue;
      if (tool === ours && state === 'cold') await afresh(tool);
      const { seconds, cpuSeconds, bytes, memory, key } = await ground.send(tool);
      rounds.seconds.push(seconds);
      rounds.cpuSeconds.push(cpuSeconds);
      rounds.bytes.push(bytes);
      rounds.memory.push(memory);
      if (tool !== ours) await ground.drop(key);
      else if (round === ground.rounds - 1) await ground.check(key);
    }
  }
  return results;
}
