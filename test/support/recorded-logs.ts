import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BuildLog, type DisplayLine } from '../../helper/src/kaniko/build-log.ts';
import type { RequestedBuild } from '../../helper/src/kaniko/error-facts.ts';

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

/** Takes all lines; answers the log and what it showed. */
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

export const asked: RequestedBuild & { push: boolean } = {
  dockerfile: 'Dockerfile',
  target: undefined,
  moreMemory: 'kanikoBuild(..., memory: 16384, cpu: 4096)',
  moreDisk: 'kanikoBuild(..., ephemeralStorage: 80)',
  timeout: 60,
  push: true,
};

/** A line as kaniko writes it. */
export const kaniko = (msg: string, level = 'info'): string =>
  JSON.stringify({ level, msg, time: '2026-11-22T20:25:14Z' });
