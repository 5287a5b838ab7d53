import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BuildLog, type DisplayLine } from '../../helper/src/kaniko/build-log.ts';
import type { RequestedBuild } from '../../helper/src/kaniko/error-facts.ts';
import { explainBuild } from '../../helper/src/kaniko/explain-build.ts';

/** A recorded run of the real kaniko: see test/fixtures/kaniko/README.md. */
export interface Recorded {
  lines: string[];
  exitCode: number;
}

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../fixtures/kaniko/${name}`, import.meta.url)), 'utf8');

export function recorded(name: string): Recorded {
  return { lines: read(`${name}.log`).replace(/\n$/, '').split('\n'), exitCode: Number(read(`${name}.exit`)) };
}

/** Reads all lines. @returns the log, and the lines that it shows */
export function follow(
  lines: readonly string[],
  destinations: readonly string[],
  push = true,
  stages?: ReadonlyMap<number, string>,
) {
  const log = new BuildLog({ destinations, push, stages });
  const shown: DisplayLine[] = lines.flatMap((line) => log.take(line));
  return { log, shown };
}

export const requestedBuild: RequestedBuild & { push: boolean } = {
  dockerfile: 'Dockerfile',
  target: undefined,
  moreMemory: 'kanikoBuild(..., memory: 16384, cpu: 4096)',
  moreDisk: 'kanikoBuild(..., ephemeralStorage: 80)',
  timeout: 60,
  push: true,
};

/** A line in kaniko's JSON format. */
export const kaniko = (msg: string, level = 'info'): string =>
  JSON.stringify({ level, msg, time: '2026-11-22T20:25:14Z' });

/** The destination of the recorded builds. */
export const IMAGE = '127.0.0.1:5055/demo/app:1';

type BuildEnd = Parameters<typeof explainBuild>[0];

/** The end of a task whose container exited with 0. */
export const ENDED_WELL: BuildEnd = {
  exitCode: 0,
  timedOut: false,
  platform: undefined,
  logProblem: undefined,
  console: 'https://console/log',
};

/** Explains a build by the lines of its log and by how its task ended. */
export function explainRecorded(
  lines: readonly string[],
  end: Partial<BuildEnd>,
  destinations: readonly string[] = [IMAGE],
) {
  const { log } = follow(lines, destinations, true);
  return explainBuild({ ...ENDED_WELL, ...end }, log, { ...requestedBuild, destinations });
}
