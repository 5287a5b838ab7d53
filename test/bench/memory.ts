import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Double } from '../double/double.ts';
import { task } from '../double/scripts/task-scripts.ts';
import type { Bench, Part } from './bench.ts';
import { prepareCall } from './helper.ts';
import { forgetPeak, measure, memoryOf } from './measure.ts';
import { endpoints, FOLDER, HELPER_ENVIRONMENT, startAws } from './places.ts';
import { spread, summarise, table } from './statistics.ts';

const LINES = 100_000;
/** The whole log comes at once. Then the build is silent for this time, in milliseconds. */
const SILENT_MS = 8_000;
const ROUNDS = 3;

/** The memory that a build held, in bytes. */
interface Held {
  /** The peak before the task was started. By then everything is loaded, and a context of one file is packed and sent. */
  readonly starting: number;
  /** The peak after that. */
  readonly following: number;
  /** At the end of the silence. */
  readonly silent: number;
}

/** The memory that the helper holds while it follows a build. */
export const memory: Part = {
  name: 'memory',
  title: 'Memory while a build is followed',
  async run(bench) {
    const workspace = join(FOLDER, 'followed');
    bench.cleanup.defer('the workspace', () => removeAll(workspace));
    await mkdir(workspace, { recursive: true });
    await writeFile(join(workspace, 'Dockerfile'), 'FROM busybox:1.36\n');
    const double = await startAws(bench.cleanup);
    keepTime(double, bench.cleanup.signal);
    const held: Held[] = [];
    for (let round = 0; round < (bench.rounds ?? ROUNDS); round += 1)
      held.push(await follow(bench, double, workspace, round + 1));
    const row = (name: string, pick: (one: Held) => number) => [
      name,
      spread(summarise(held.map((one) => pick(one) / 1e6))),
    ];
    return table(
      ['resident', 'MB'],
      [
        row('until the task is asked for, peak', ({ starting }) => starting),
        row(
          `while ${LINES.toLocaleString('en')} lines come as fast as they are read, peak`,
          ({ following }) => following,
        ),
        row('while the build is silent after that', ({ silent }) => silent),
      ],
    );
  },
};

const removeAll = async (workspace: string): Promise<void> => {
  for (const folder of [workspace, `${workspace}@tmp`]) await rm(folder, { recursive: true, force: true });
};

/** The time of the scripted AWS follows that of the machine. */
async function keepTime({ clock }: Double, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  while (!signal.aborted) {
    await delay(20, undefined, { ref: false });
    const behind = Math.floor(performance.now() - began) - clock.elapsed();
    if (behind > 0) await clock.sleep(behind);
  }
}

async function follow({ cleanup }: Bench, double: Double, workspace: string, number: number): Promise<Held> {
  const pending = 3_000;
  const text = (index: number) =>
    `[${index}/${LINES}] Building CXX object src/module-${index % 97}/part-${index}.cpp.o with the usual flags`;
  const lines = Array.from({ length: LINES }, (_, index) => ({ at: pending + 500, text: text(index) }));
  const end = { at: pending + SILENT_MS, text: 'the end' };
  double.ecs.tasks.script(
    task({ provisioning: 2_000, pulling: 1_000, running: SILENT_MS, lines: [...lines, end], exitCode: 1 }),
  );
  const call = await prepareCall(workspace, { image: 'shop:1', verbose: true }, { number });
  let [starting, following, silent] = [0, 0, 0];
  let pid = 0;
  const looking = setInterval(() => {
    const { now, peak } = memoryOf(pid);
    if (starting > 0) following = Math.max(following, peak);
    if (now > 0) silent = now;
  }, 25);
  let isOn = true;
  double.on('DescribeTasks', () => {
    if (!isOn || starting > 0) return;
    starting = memoryOf(pid).peak;
    forgetPeak(pid);
  });
  try {
    const { output } = await measure(call.command, {
      cwd: call.cwd,
      env: {
        ...HELPER_ENVIRONMENT,
        ...endpoints(double, double.url),
        ...call.env,
      },
      signal: cleanup.signal,
      onStart: (started) => {
        pid = started;
      },
    });
    const shown = output.split('\n').filter((line) => line.includes('Building CXX object')).length;
    if (shown < LINES) throw new Error(`${shown} of ${LINES} lines were shown:\n${output.slice(-2_000)}`);
    return { starting, following, silent };
  } finally {
    clearInterval(looking);
    isOn = false;
    await call.remove();
  }
}
