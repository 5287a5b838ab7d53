import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { signalGroup } from '../../local/process.mjs';

/** The time and the memory that a command took. */
export interface Measured {
  readonly status: number;
  /** Time from its start to its end. */
  readonly seconds: number;
  /** CPU time of all its processes, exact to a hundredth of a second. */
  readonly cpuSeconds: number;
  /** The sum of the peaks of the resident memory of all its processes, in bytes. */
  readonly memory: number;
  readonly output: string;
}

export interface MeasureOptions {
  readonly cwd: string;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called with the process as soon as it is there. */
  readonly onStart?: (pid: number, started: number) => void;
}

/** How often the memory of a command's processes is read, in milliseconds. */
const LOOK_MS = 25;

/** Runs a command to its end, in its own process group. */
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

/** The CPU time of all children that have ended: fields 16 and 17 of /proc/self/stat, in hundredths of a second. */
function childrenSeconds(): number {
  const fields = read('/proc/self/stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** The fifth field of /proc/PID/stat. The second field is a name in brackets that may contain anything. */
function groupOf(pid: string): number {
  return Number(/.*\) \S \d+ (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1]);
}

/** The resident memory of a process, in bytes: at present, and at its peak. Both are 0 if the process is gone. */
export function memoryOf(pid: number | string): { now: number; peak: number } {
  const status = read(`/proc/${pid}/status`);
  const field = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

/** Sets the peak of a process back to its present memory: proc(5), clear_refs. */
export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');
