import { Failure } from '../failure.ts';
import type { BuildLog } from './build-log.ts';
import { lastLines, type RequestedBuild } from './error-facts.ts';
import { explainError } from './known-errors.ts';
import { oneLine } from './terminal-text.ts';

/** How a build's task ended. */
interface BuildEnd {
  /** Undefined where ECS does not say: never a success. */
  exitCode: number | undefined;
  /** True where we stopped it because its time was up. */
  timedOut: boolean;
  /** The failure where the platform ended it, e.g. for lack of memory; undefined where it ended by itself. */
  platform: Failure | undefined;
  /** Why the log could not be read to its end; undefined where it could. */
  logProblem: string | undefined;
  /** Link to the log in the AWS console. */
  console: string;
}

/** The outcome of a build. */
type BuildOutcome =
  | {
      ok: true;
      /** The digest of each destination that the log names; empty for a build that pushes nothing. */
      digests: Readonly<Record<string, string>>;
      layers: number;
      cachedLayers: number;
      /** True where the log names more than one digest for the image: a RUN has printed lines like kaniko's. */
      contested: boolean;
    }
  | {
      ok: false;
      failure: Failure;
      /**
       * True where kaniko ended with 0 and only its log could not be read: the registry may still prove the push. Where it is
       * false, the build has failed whatever the registry says.
       */
      provable: boolean;
    };

/** Decides how a build ended, from its task and its log. Success needs exit code 0 and a `Pushed` line for every destination. */
export function explainBuild(
  end: BuildEnd,
  log: BuildLog,
  requested: RequestedBuild & { destinations: readonly string[]; push: boolean },
): BuildOutcome {
  if (end.timedOut) return failed(timedOut(end, log, requested));
  if (end.exitCode === 0 && proved(log, requested)) {
    const { layers, cachedLayers, contested } = log;
    return {
      ok: true,
      digests: requested.push ? digests(log, requested.destinations) : {},
      layers,
      cachedLayers,
      contested,
    };
  }
  if (end.platform) return failed(withStep(end.platform, log));
  if (end.exitCode === 0)
    return { ok: false, failure: unproved(end, log, requested), provable: end.logProblem !== undefined };
  return failed(end.exitCode === undefined ? withoutExitCode(end) : byLog(end, end.exitCode, log, requested));
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

/** True where kaniko reported every push. An empty list of destinations proves nothing. */
function proved(log: BuildLog, { destinations, push }: { destinations: readonly string[]; push: boolean }): boolean {
  if (!push) return true;
  return destinations.length > 0 && destinations.every((one) => log.digestOf(one) !== undefined);
}

function timedOut(end: BuildEnd, log: BuildLog, requested: RequestedBuild): Failure {
  const where = log.step === '' ? 'before its first step' : `at ${oneLine(log.step)}`;
  return new Failure('timeout', `the build took longer than ${requested.timeout} minutes and was stopped ${where}`, {
    hint: `give it more time: kanikoBuild(..., timeout: ${Math.min(requested.timeout * 2, 1440)})${log.tail.length > 0 ? '; the evidence is what it printed last' : ''}`,
    evidence: log.tail.length > 0 ? lastLines(log) : [`log: ${end.console}`],
  });
}

/** A failure of the platform, with the step during which it happened. */
function withStep(failure: Failure, log: BuildLog): Failure {
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

function withoutExitCode(end: BuildEnd): Failure {
  return new Failure('platform', 'ECS does not say how the build ended: its container has no exit code', {
    hint: `run it again; the task in the console: ${end.console}`,
    evidence: ['exit code missing'],
  });
}

function byLog(end: BuildEnd, exitCode: number, log: BuildLog, requested: RequestedBuild): Failure {
  const error = lastError(log.errors, exitCode);
  if (error === undefined) return exitCode === KILLED ? killed(log, requested) : withoutError(end, exitCode, log);
  const { category, message, hint, evidence } = explainError(error, log, requested);
  return new Failure(category, message, { hint, evidence: evidence ?? [error] });
}

/** 128 + SIGKILL. Without an error in the log it is kaniko itself that was killed, and not a RUN. */
const KILLED = 137;

function killed(log: BuildLog, { moreMemory }: RequestedBuild): Failure {
  return withStep(
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

/** kaniko exits with the status of a failed RUN (255 for a signal), so the error that names this status is the true one. */
function lastError(errors: readonly string[], exitCode: number): string | undefined {
  const ending = exitCode === 255 ? /(?:exit status 255|signal: .*)$/ : new RegExp(`exit status ${exitCode}$`);
  const ofRun = exitCode === 1 ? undefined : errors.findLast((error) => ending.test(error));
  return ofRun ?? errors.at(-1);
}

function withoutError(end: BuildEnd, exitCode: number, log: BuildLog): Failure {
  const at = log.step === '' ? '' : ` at ${oneLine(log.step)}`;
  if (end.logProblem !== undefined) {
    return new Failure('build', `the build failed with exit code ${exitCode}, and its log could not be read`, {
      hint: `the log is here: ${end.console}; this process's role needs logs:GetLogEvents on it`,
      evidence: [end.logProblem],
    });
  }
  return new Failure('build', `the build ended with exit code ${exitCode}${at} and did not say why`, {
    hint: `look at the last lines, or at the whole log: ${end.console}`,
    evidence: log.tail.length > 0 ? lastLines(log) : [`exit code ${exitCode}, nothing in the log`],
  });
}
