import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * What became of a command.
 * @typedef {object} Ended
 * @property {number} status exit status; 128 + n for one ended by signal n; 127 where it could not be started
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {Record<string, string | undefined>} [env] laid over this process's environment; undefined takes one away
 * @property {string | Buffer} [input] standard input; none by default
 * @property {AbortSignal | undefined} [signal] when aborted, the command's whole process group gets SIGTERM and is awaited
 * @property {number} [timeoutMs] the same after this time
 * @property {(text: string, stream: 'stdout' | 'stderr') => void} [onText] sees the output as it comes
 */

/** How long a command may take to end after SIGTERM before it is killed. */
const KILL_AFTER_MS = 20_000;

/**
 * Runs a command to its end, in a process group of its own: Ctrl-C in a terminal reaches it through us alone.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Ended>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        output[stream] += text;
        options.onText?.(text, stream);
      });
    }
    /** @type {NodeJS.Timeout | undefined} */
    let killer;
    const stop = () => {
      signalGroup(child.pid, 'SIGTERM');
      killer ??= setTimeout(() => signalGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS);
    };
    const timer = options.timeoutMs ? setTimeout(stop, options.timeoutMs) : undefined;
    options.signal?.addEventListener('abort', stop, { once: true });
    if (options.signal?.aborted) stop();
    /** @param {number} status */
    const settle = (status) => {
      clearTimeout(timer);
      clearTimeout(killer);
      options.signal?.removeEventListener('abort', stop);
      resolve({ status, ...output });
    };
    child.on('error', (error) => {
      output.stderr += error.message;
      settle(127);
    });
    child.on('close', (code, signal) => settle(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    child.stdin.on('error', () => {}); // it may end without reading all of it
    child.stdin.end(options.input ?? '');
  });
}

/**
 * As run(), but anything else than exit status 0 is an error with the last lines of the output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} standard output
 */
export async function must(command, args, options = {}) {
  const ended = await run(command, args, options);
  options.signal?.throwIfAborted();
  if (ended.status !== 0) {
    const tail = (ended.stderr + ended.stdout).trim().split('\n').slice(-15).join('\n  ');
    throw new Error(`\`${[command, ...args].join(' ')}\` ended with status ${ended.status}\n  ${tail}`);
  }
  return ended.stdout;
}

/**
 * Sends a signal to a process group; one that is gone is no error.
 * @param {number | undefined} pid leader of the group
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(pid, signal) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}
