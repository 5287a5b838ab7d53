import { constants } from 'node:os';
import { EXIT_AFTER_ABORT_MS } from '../aws/abort-budget.ts';
import type { HostProcess } from '../cli/host-process.ts';
import { Failure } from '../failure.ts';
import { realClock } from './clock.ts';
import { waitForDrain } from './drain-output.ts';

declare const FARGATE_CI_VERSION: string;

/**
 * The signals that abort a run. Without a handler each would end this process and leave its task running. A terminal
 * sends SIGHUP, SIGINT and SIGQUIT; a supervisor, `timeout --signal` and `kill` send SIGTERM, SIGALRM, SIGUSR2 and SIGPWR;
 * `ulimit -t` sends SIGXCPU. SIGUSR1 is left out because it opens Node.js' debugger, and so are the signals of a crash.
 */
const ABORTING_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGALRM', 'SIGUSR2', 'SIGPWR', 'SIGXCPU'] as const;

/**
 * Runs a program as this process: its arguments, environment, signals and exit status.
 * @param main takes the command line, returns the exit status; never throws
 */
export async function runProcess(main: (argv: readonly string[], host: HostProcess) => Promise<number>): Promise<void> {
  const controller = new AbortController();
  const numbers: Partial<Record<NodeJS.Signals, number>> = constants.signals;
  for (const name of ABORTING_SIGNALS) {
    const number = numbers[name];
    // Another operating system may not have it.
    if (number === undefined) continue;
    process.on(name, () => {
      if (controller.signal.aborted) return;
      controller.abort(new Failure('aborted', `aborted by ${name}`, { signal: number }));
      setTimeout(() => process.exit(128 + number), EXIT_AFTER_ABORT_MS).unref();
    });
  }
  // Nobody reads the log any more. This counts as an abort, so that the task is stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.emit('SIGHUP'));

  const host: HostProcess = {
    version: FARGATE_CI_VERSION,
    nodeVersion: process.version,
    env: process.env,
    cwd: process.cwd(),
    clock: realClock,
    signal: controller.signal,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    drained: () => waitForDrain(process.stderr),
    enterPhase: async (phase) => (await import('./memory-phases.ts')).keepMemorySmall(phase),
    createSsm: async (options) => (await import('../aws/ssm-client.ts')).createSsm(options),
    createAws: async (options) => (await import('../aws/clients.ts')).createAws(options),
    credentials: async (properties) => (await import('../aws/credential-chain.ts')).defaultCredentials(properties),
    profileRegion: async () => (await import('../aws/credential-chain.ts')).profileRegion(),
  };

  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const status = await main(process.argv.slice(2), host);
  // Open connections must not keep the process alive, but all output must be written first.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
  process.exit(status);
}
