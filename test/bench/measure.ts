import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { signalGroup } from '../../local/process.mjs';

/** What a command took. */
export interface Measured {
  readonly status: number;
  /** From its start to its end. */
  readonly seconds: number;
  /** Of the processors, by all its processes; exact to a hundredth. */
  readonly cpuSeconds: number;
  /** Peak of the resident memory of all its processes together: the sum of each one's peak, in bytes. */
  readonly memory: number;
  readonly output: string;
}

export interface MeasureOptions {
  readonly cwd: string;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Told of the process once it is there. */
  readonly onStart?: (pid: number, started: number) => void;
}

/** The memory of a command's processes is looked at this often. */
const LOOK_MS = 25;

/** Runs a command in a process group of its own, to its end. */
export async function measure(command: readonly string[], options: MeasureOptions): Promise<Measured> {
  const [file = '', ...args] = command;
  const peaks = new Map<string, number>();
  let output = '';
  const spent = childrenSeconds();
  const started = performance.now();
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) options.onStart?.(pid, started);
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const looking = setInterval(() => lookAt(pid, peaks), LOOK_MS);
  const stop = () => signalGroup(pid, 'SIGTERM');
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    const exited = once(child, 'exit').then(() => performance.now());
    const [code] = await once(child, 'close');
    const ended = await exited;
    options.signal.throwIfAborted();
    const memory = [...peaks.values()].reduce((sum, one) => sum + one, 0);
    const cpuSeconds = childrenSeconds() - spent;
    return {
      status: typeof code === 'number' ? code : -1,
      seconds: (ended - started) / 1000,
      cpuSeconds,
      memory,
      output,
    };
  } finally {
    clearInterval(looking);
    options.signal.removeEventListener('abort', stop);
  }
}

/** Notes the peak of each process of the group so far. */
function lookAt(group: number | undefined, peaks: Map<string, number>): void {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid) || groupOf(pid) !== group) continue;
    peaks.set(pid, Math.max(peaks.get(pid) ?? 0, memoryOf(pid).peak));
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** What all children that have ended took of the processors: fields 16 and 17 of /proc/self/stat, in hundredths. */
function childrenSeconds(): number {
  const fields = read('/proc/self/stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** The fifth field of /proc/PID/stat; the second is a name in brackets that may hold anything. */
function groupOf(pid: string): number {
  return Number(/.*\) \S \d+ (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1]);
}

/** Resident memory of a process, in bytes: now, and at its peak; 0 for one that is gone. */
export function memoryOf(pid: number | string): { now: number; peak: number } {
  const status = read(`/proc/${pid}/status`);
  const field = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

/** From now on a process' peak is that of what comes: proc(5), clear_refs. */
export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');
