import { Failure } from '../failure.ts';
import type { RequestedBuild } from './build-facts.ts';
import type { BuildLog } from './build-log.ts';
import { explainError } from './known-errors.ts';
import { oneLine } from './terminal-text.ts';

/** How a build's task ended. */
export interface BuildEnd {
  /** Undefined where ECS does not say: never a success. */
  exitCode: number | undefined;
  /** We stopped it for its time was up. */
  timedOut: boolean;
  /** What the platform did to it, e.g. out of memory; undefined where it ended by itself. */
  platform: Failure | undefined;
  /** Why the log is not known to its end; undefined where it is. */
  logProblem: string | undefined;
  /** Where a person finds the log. */
  console: string;
}

/** How a build came out. */
export type BuildOutcome =
  | {
      ok: true;
      /** Digest by destination as given, as far as the log tells; empty for a build that pushes nothing. */
      digests: Readonly<Record<string, string>>;
      layers: number;
      cachedLayers: number;
      /** More than one digest was claimed for the image: something beside kaniko wrote such lines. */
      contested: boolean;
    }
  | {
      ok: false;
      failure: Failure;
      /**
       * True where kaniko ended with 0 and only the log could not be read: the registry itself may still prove the
       * push. False: nothing may turn this into a success.
       */
      provable: boolean;
    };

/** Tells what became of a build, from its task's end and its log. A success needs exit code 0 and kaniko's word for every push. */
export function explainBuild(
  end: BuildEnd,
  log: BuildLog,
  asked: RequestedBuild & { destinations: readonly string[]; push: boolean },
): BuildOutcome {
  if (end.timedOut) return failed(timedOut(end, log, asked));
  if (end.exitCode === 0 && proved(log, asked)) {
    const { layers, cachedLayers, contested } = log;
    return { ok: true, digests: asked.push ? digests(log, asked.destinations) : {}, layers, cachedLayers, contested };
  }
  if (end.platform) return failed(during(end.platform, log));
  if (end.exitCode === 0)
    return { ok: false, failure: unproved(end, log, asked), provable: end.logProblem !== undefined };
  return failed(end.exitCode === undefined ? vanished(end) : byLog(end, end.exitCode, log, asked));
}

const failed = (failure: Failure): BuildOutcome => ({ ok: false, failure, provable: false });

function digests(log: BuildLog, destinations: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    destinations.flatMap((one) => {
      const digest = log.digestOf(one);
      return digest === undefined ? [] : [[one, digest]];
    }),
  );
}

/** An empty list of destinations proves nothing. */
function proved(log: BuildLog, { destinations, push }: { destinations: readonly string[]; push: boolean }): boolean {
  if (!push) return true;
  return destinations.length > 0 && destinations.every((one) => log.digestOf(one) !== undefined);
}

function timedOut(end: BuildEnd, log: BuildLog, asked: RequestedBuild): Failure {
  const where = log.step === '' ? 'before its first step' : `at ${oneLine(log.step)}`;
  return new Failure('timeout', `the build took longer than ${asked.timeout} minutes and was stopped ${where}`, {
    hint: `give it more time: kanikoBuild(..., timeout: ${Math.min(asked.timeout * 2, 1440)})${log.tail.length > 0 ? '; the evidence is what it printed last' : ''}`,
    evidence: log.tail.length > 0 ? log.tail.slice(-20) : [`log: ${end.console}`],
  });
}

/** The platform's failure, with the step it happened at. */
function during(failure: Failure, log: BuildLog): Failure {
  if (log.step === '') return failure;
  const { category, message, hint, evidence, cause } = failure;
  return new Failure(category, message, { hint, evidence: [...evidence, `during ${oneLine(log.step)}`], cause });
}

function unproved(end: BuildEnd, log: BuildLog, { destinations }: { destinations: readonly string[] }): Failure {
  const missing = destinations.filter((one) => log.digestOf(one) === undefined);
  if (end.logProblem !== undefined) {
    return new Failure(
      'aws',
      `kaniko ended well, but its log could not be read: nothing says what was pushed to ${missing.join(', ')}`,
      {
        hint: `the log is here: ${end.console}; this process's role needs logs:GetLogEvents on it`,
        evidence: [end.logProblem],
      },
    );
  }
  return new Failure('registry', `kaniko ended with 0 but did not report that it pushed ${missing.join(', ')}`, {
    hint: 'look at kanikoArgs for a flag that keeps it from building or pushing, and at its log with verbose: true',
    evidence: [`exit code 0; log lines: ${log.lines}, none of them "Pushed" for it`, `log: ${end.console}`],
  });
}

function vanished(end: BuildEnd): Failure {
  return new Failure('platform', 'ECS does not say how the build ended: its container has no exit code', {
    hint: `run it again; the task in the console: ${end.console}`,
    evidence: ['exit code missing'],
  });
}

function byLog(end: BuildEnd, exitCode: number, log: BuildLog, asked: RequestedBuild): Failure {
  const error = lastError(log.errors, exitCode);
  if (error === undefined) return exitCode === KILLED ? killed(log, asked) : silent(end, exitCode, log);
  const { category, message, hint, evidence } = explainError(error, log, asked);
  return new Failure(category, message, { hint, evidence: evidence ?? [error] });
}

/** 128 + SIGKILL, and nothing in the log: not a RUN was killed but kaniko itself. */
const KILLED = 137;

function killed(log: BuildLog, { moreMemory }: RequestedBuild): Failure {
  return during(
    new Failure(
      'platform',
      'the build was killed (SIGKILL) and ECS gives no reason: most likely it ran out of memory',
      {
        hint: `give it more: ${moreMemory}`,
        evidence: [`exit code ${KILLED}`],
      },
    ),
    log,
  );
}

/** Kaniko hands on a RUN's own status (255 for a signal): where it did, the error that says so is the true one. */
function lastError(errors: readonly string[], exitCode: number): string | undefined {
  const ending = exitCode === 255 ? /(?:exit status 255|signal: .*)$/ : new RegExp(`exit status ${exitCode}$`);
  const own = exitCode === 1 ? undefined : errors.findLast((error) => ending.test(error));
  return own ?? errors.at(-1);
}

function silent(end: BuildEnd, exitCode: number, log: BuildLog): Failure {
  const at = log.step === '' ? '' : ` at ${oneLine(log.step)}`;
  if (end.logProblem !== undefined) {
    return new Failure('build', `the build failed with exit code ${exitCode}, and its log could not be read`, {
      hint: `the log is here: ${end.console}; this process's role needs logs:GetLogEvents on it`,
      evidence: [end.logProblem],
    });
  }
  return new Failure('build', `the build ended with exit code ${exitCode}${at} and did not say why`, {
    hint: `look at the last lines, or at the whole log: ${end.console}`,
    evidence: log.tail.length > 0 ? log.tail.slice(-20) : [`exit code ${exitCode}, nothing in the log`],
  });
}
