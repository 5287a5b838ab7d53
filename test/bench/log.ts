import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Double, startDouble } from '../double/double.ts';
import { seedBuilder } from '../double/scripts/builder-fixtures.ts';
import type { Bench, Part } from './bench.ts';
import { prepareCall } from './helper.ts';
import { memoryOf } from './measure.ts';
import { HELPER_ENVIRONMENT } from './places.ts';

const IMAGE = '172173733067.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci/shop';
const DIGEST = `sha256:${'5e'.repeat(32)}`;
const LOOK_MS = 50;
/** How long a stalled reader reads nothing. */
const STALL_MS = 20_000;

interface Case {
  lines: number;
  stalls: boolean;
}

interface Followed {
  status: number;
  /** How many lines of the build were printed. */
  lines: number;
  seconds: number;
  /** Peak of the helper's resident memory, in bytes. */
  memory: number;
}

const kaniko = (msg: string): string => JSON.stringify({ level: 'info', msg, time: '2026-11-22T20:25:14Z' });

function script(double: Double, lines: number): void {
  const said = [
    kaniko('RUN make'),
    kaniko('Running: [/bin/sh -c make]'),
    ...Array.from({ length: lines }, (_, i) => `[${i}] cc -O2 -Wall -c src/module-${i}.c -o build/module-${i}.o`),
    kaniko(`Pushing image to ${IMAGE}:1`),
    kaniko(`Pushed ${IMAGE}@${DIGEST}`),
  ];
  const end = {
    exitCode: 0,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
  };
  double.ecs.tasks.script({
    timeline: [
      { at: 0, lastStatus: 'RUNNING' },
      { at: 4_000, lastStatus: 'DEPROVISIONING', ...end },
      { at: 8_000, lastStatus: 'STOPPED', ...end },
    ],
    lines: said.map((text) => ({ at: 500, text })),
  });
}

/** Lets the double's time pass as fast as real time. */
async function keepTime(double: Double, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await double.clock.sleep(LOOK_MS);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Runs the bundle as Jenkins does, on a build that prints this many lines at once. */
export async function followLines({ lines, stalls }: Case): Promise<Followed> {
  const double = await startDouble();
  const stop = new AbortController();
  const workspace = await mkdtemp(join(tmpdir(), 'fargate-ci-log-'));
  try {
    seedBuilder(double);
    double.ecr.create('fargate-ci/cache/shop');
    double.ecr.push('fargate-ci/shop', '1', DIGEST);
    script(double, lines);
    await writeFile(join(workspace, 'Dockerfile'), 'FROM busybox:1.36\nRUN make\n');
    const call = await prepareCall(workspace, { image: 'shop:1' }, { number: 1 });
    const time = keepTime(double, stop.signal);
    const [file = '', ...args] = call.command;
    const began = performance.now();
    const child = spawn(file, args, {
      cwd: call.cwd,
      env: { ...HELPER_ENVIRONMENT, ...call.env, AWS_ENDPOINT_URL: double.url },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let [seen, peak] = [0, 0];
    const looking = setInterval(() => {
      peak = Math.max(peak, memoryOf(child.pid ?? 0).peak);
    }, LOOK_MS);
    let rest = '';
    if (stalls) await new Promise((resolve) => setTimeout(resolve, STALL_MS));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const complete = (rest + text).split('\n');
      rest = complete.pop() ?? '';
      seen += complete.filter((line) => line.startsWith('  | [')).length;
    });
    const [status] = await once(child, 'close');
    clearInterval(looking);
    stop.abort();
    await time;
    return { status: Number(status), lines: seen, seconds: (performance.now() - began) / 1_000, memory: peak };
  } finally {
    stop.abort();
    await rm(workspace, { recursive: true });
    await rm(`${workspace}@tmp`, { recursive: true, force: true });
    await double.close();
  }
}

/** The memory of a helper that follows a log. */
export const log: Part = {
  name: 'log',
  title: 'Following a log',
  async run({ quick, say }: Bench): Promise<string[]> {
    const most = quick ? 100_000 : 1_000_000;
    const cases: Case[] = [
      { lines: 10, stalls: false },
      { lines: most / 10, stalls: false },
      { lines: most, stalls: false },
      { lines: most, stalls: true },
    ];
    const rows = [
      '| lines | exit status | lines printed | seconds | memory at most, MB |',
      '| --- | --- | --- | --- | --- |',
    ];
    for (const one of cases) {
      const { status, lines, seconds, memory } = await followLines(one);
      const name = `${one.lines.toLocaleString('en')}${one.stalls ? `, its reader stalls for ${STALL_MS / 1_000} s` : ''}`;
      rows.push(
        `| ${name} | ${status} | ${lines.toLocaleString('en')} | ${seconds.toFixed(0)} | ${(memory / 1e6).toFixed(0)} |`,
      );
      say(rows.at(-1) ?? '');
    }
    return rows;
  },
};
