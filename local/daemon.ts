import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { run, signalGroup } from './process.mjs';

/** How long a daemon may take to end after SIGTERM before it is killed. */
const STOP_MS = 20_000;

/**
 * Starts a daemon in a process group of its own. It goes on when this process ends.
 * @param options log: the file for its output
 * @returns its process id
 */
export async function startDaemon(
  command: string,
  args: readonly string[],
  { log, env }: { log: string; env?: Readonly<Record<string, string>> },
): Promise<number> {
  const file = openSync(log, 'w');
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', file, file],
    env: { ...process.env, ...env },
  });
  closeSync(file);
  await once(child, 'spawn');
  child.unref();
  return child.pid ?? 0;
}

export interface WaitOptions {
  /** What is waited for, for the error. */
  readonly what: string;
  readonly pid: number;
  /** The file with its output. */
  readonly log: string;
  /** How long to wait. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until a daemon is ready.
 * @throws Error with the last lines of its output, where it has ended or takes too long
 */
export async function waitUntil(
  isReady: () => Promise<boolean>,
  { what, pid, log, seconds, signal }: WaitOptions,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await isReady())) {
    signal.throwIfAborted();
    const dead = !isAlive(pid);
    if (dead || Date.now() > deadline) {
      const tail = (await readFile(log, 'utf8')).trim().split('\n').slice(-10).join('\n  ');
      throw new Error(`${what} ${dead ? 'ended' : `did not answer within ${seconds} s`}; its last lines:\n  ${tail}`);
    }
    await delay(50);
  }
}

/**
 * Ends a daemon and waits until it is gone.
 * @param marker a text in its command line. A process without it only has the same id by chance, and is left alone.
 */
export async function stopDaemon(pid: number, marker: string): Promise<void> {
  if (!isAlive(pid) || !(await commandLine(pid)).includes(marker)) return;
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + STOP_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) {
      signalGroup(pid, 'SIGKILL');
      return;
    }
    await delay(50);
  }
}

/**
 * Kills the processes that a killed daemon left, and their children.
 * @param marker a text in their command lines
 */
export function killLeftovers(marker: string): void {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const marked = pids.filter((pid) => pid !== String(process.pid) && read(`/proc/${pid}/cmdline`).includes(marker));
  const rest = pids.filter((pid) => {
    const parent = /^PPid:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? '';
    return marked.includes(pid) || marked.includes(parent);
  });
  for (const pid of rest) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A process that has ended keeps its id until its parent asks for its status (a zombie).
  return process.platform !== 'linux' || !/^State:\s*Z/m.test(read(`/proc/${pid}/status`));
}

/** @returns empty where it cannot be read */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform !== 'linux') return (await run('ps', ['-o', 'args=', '-p', String(pid)])).stdout;
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}
