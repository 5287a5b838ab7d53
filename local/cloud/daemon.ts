import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { run, signalGroup } from './process.mjs';

/** How long a daemon may take to end before it is killed. */
const STOP_MS = 20_000;

/**
 * Starts a daemon in a process group of its own, its output in a file. It outlives this process until it is stopped.
 * @param {string} command
 * @param {string[]} args
 * @param {{ log: string, env?: Record<string, string> }} options
 * @returns {Promise<number>} its process id
 */
export async function start(command, args, { log, env }) {
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

/**
 * Waits until something is true; while it is not, the daemon must live.
 * @param {() => Promise<boolean>} ready
 * @param {{ what: string, pid: number, log: string, seconds: number, signal: AbortSignal }} options
 */
export async function waitUntil(ready, { what, pid, log, seconds, signal }) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await ready())) {
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
 * @param {number} pid
 * @param {string} marker what its command line holds: a process that was given the same id later is let live
 */
export async function stop(pid, marker) {
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
 * Kills what a killed daemon left running: the processes that have its marker, and their children.
 * @param {string} marker
 */
export function killRest(marker) {
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
      // Ended meanwhile.
    }
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // One that ended and was never waited for still has its id.
  return process.platform !== 'linux' || !/^State:\s*Z/m.test(read(`/proc/${pid}/status`));
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {number} pid */
async function commandLine(pid) {
  if (process.platform !== 'linux') return (await run('ps', ['-o', 'args=', '-p', String(pid)])).stdout;
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}
