import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installForBench } from '../../local/install/system-tools.ts';
import { checkArchive } from './archive.ts';
import type { Bench, Part } from './bench.ts';
import { type BenchCase, FULL, LINES, nameOf, USUAL } from './cases.ts';
import { compare, type Rounds } from './compare.ts';
import { type Link, openLink } from './link.ts';
import { FOLDER, type LocalS3, startAws, startS3 } from './places.ts';
import { quarter, type Share, WHOLE } from './quarter.ts';
import { ratios, spread, summarise, table } from './statistics.ts';
import { fargateCiTool, nodeTar, shellPipe, type Tool } from './tools.ts';
import { workspaceStates } from './workspace-states.ts';
import { generate, type Shape, scaled, workspaceShapes } from './workspaces.ts';

/** From a workspace to the context that kaniko reads: our helper and its peers. */
export const context: Part = {
  name: 'context',
  title: 'From a workspace to S3',
  async run(bench) {
    const { cleanup, say } = bench;
    const bin = await installForBench({ say, signal: cleanup.signal });
    const s3 = await startS3(cleanup, say);
    const double = await startAws(cleanup);
    const tools = { ours: fargateCiTool(double), gzip: shellPipe('gzip', bin), pigz: shellPipe('pigz', bin), nodeTar };
    const share = await quarter();
    cleanup.defer('the control group', () => share.remove());

    const rows: string[][] = [];
    let last: Shape | undefined;
    for (const one of chosen(bench)) {
      cleanup.signal.throwIfAborted();
      const shape = bench.quick ? scaled(workspaceShapes[one.shape], 0.1) : workspaceShapes[one.shape];
      const workspace = join(FOLDER, shape.name);
      if (last?.name !== shape.name) {
        if (last) await removeWorkspace(last.name);
        cleanup.defer(`the workspace ${shape.name}`, () => removeWorkspace(shape.name));
        say(`making    ${shape.title}`);
        await generate(shape, workspace);
        // Without this the first tool would wait for the disk.
        execFileSync('sync');
        last = shape;
      }
      const link = await openLink(s3.port, LINES[one.line]);
      try {
        const used = toolsOf(one, tools);
        const ground = { ...grounds(one, { bench, s3, link, share }), workspace };
        const results = await compare(used, ground);
        rows.push(...rowsOf(one, shape.title, results));
        for (const row of rows.slice(-used.length)) say(row.filter(Boolean).join('  '));
      } finally {
        await link.close();
      }
    }
    return [...table(HEAD, rows), '', `pinned: ${share.title}`];
  },
};

const removeWorkspace = async (name: string): Promise<void> => {
  for (const folder of [name, `${name}@tmp`]) await rm(join(FOLDER, folder), { recursive: true, force: true });
};

/** The cases, sorted so that each workspace is made only once. */
function chosen({ full, only, rounds }: Bench): BenchCase[] {
  const all = (full ? FULL : USUAL).filter((one) => only === undefined || nameOf(one).includes(only));
  if (all.length === 0) throw new Error(`no case has "${only}" in its name; there are ${USUAL.map(nameOf).join(', ')}`);
  const order = Object.keys(workspaceShapes);
  return all
    .map((one) => (rounds === undefined ? one : { ...one, rounds }))
    .sort((a, b) => order.indexOf(a.shape) - order.indexOf(b.shape));
}

function toolsOf(
  { peers }: BenchCase,
  { ours, gzip, pigz, nodeTar }: Record<'ours' | 'gzip' | 'pigz' | 'nodeTar', Tool>,
) {
  return [ours, ...(peers === 'pigz' ? [] : [gzip]), pigz, ...(peers === 'all' ? [nodeTar] : [])];
}

let builds = 0;

function grounds(one: BenchCase, { bench, s3, link, share }: { bench: Bench; s3: LocalS3; link: Link; share: Share }) {
  const { prefix } = one.share === 'quarter' ? share : WHOLE;
  const shape = bench.quick ? scaled(workspaceShapes[one.shape], 0.1) : workspaceShapes[one.shape];
  const workspace = join(FOLDER, shape.name);
  return {
    state: one.state,
    rounds: one.rounds,
    async send(tool: Tool) {
      builds += 1;
      const before = link.sent();
      const job = { workspace, endpoint: link.url, number: builds, prefix, signal: bench.cleanup.signal };
      const sent = await tool.send(job);
      return { ...sent, bytes: link.sent() - before };
    },
    empty: () => s3.empty(),
    drop: (key: string) => s3.drop(key),
    check: (key: string) => checkArchive(s3, key, workspace),
  };
}

const HEAD = [
  'workspace',
  'state',
  'line',
  'machine',
  'tool',
  'seconds',
  'ours / this',
  'CPU s',
  'MB sent',
  'MB of memory',
];

function rowsOf({ state, line, share }: BenchCase, title: string, results: ReadonlyMap<string, Rounds>): string[][] {
  const [ours] = results.values();
  return [...results].map(([name, { seconds, cpuSeconds, bytes, memory }], index) => [
    ...(index === 0 ? [title, workspaceStates[state], line, share] : ['', '', '', '']),
    name,
    spread(summarise(seconds)),
    index === 0 || !ours ? '' : spread(ratios(ours.seconds, seconds)),
    summarise(cpuSeconds).median.toFixed(2),
    (summarise(bytes).median / 1e6).toFixed(2),
    (summarise(memory).most / 1e6).toFixed(0),
  ]);
}
