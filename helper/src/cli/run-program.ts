import { existsSync } from 'node:fs';
import { Failure, type FailureRecord } from '../failure.ts';
import type { Event, Report } from '../report/events.ts';
import { secretsInArguments, secretsOf, unmaskableEntries, WHY_NOT_MASKABLE } from '../secrets/given-secrets.ts';
import { hideDeep, Mask } from '../secrets/mask.ts';
import { secretsInEnvironment } from '../secrets/recognise-secrets.ts';
import { printableLines, printableText, shortenText } from '../text/printable.ts';
import type { HostProcess } from './host-process.ts';
import { readParametersFile } from './parameters-file.ts';
import type { Program } from './program.ts';
import { openResultFile, type ResultFile } from './result-file.ts';
import { type ParsedCommandLine, readStepCommandLine } from './step-command-line.ts';

/**
 * Runs one command line from its beginning to its end. It never throws: whatever goes wrong is told on stderr and in the
 * result file.
 * @returns the exit status
 */
export async function run<Host extends HostProcess, Reported>(
  program: Program<Host, Reported>,
  argv: readonly string[],
  host: Host,
): Promise<number> {
  let mask: Mask | undefined;
  // Until the parameters are read, a mask is made only where there is something to say: it takes some milliseconds.
  const currentMask = (): Mask => (mask ??= new Mask([...secretsInEnvironment(host.env), ...secretsInArguments(argv)]));
  let verbose = false;
  const report = (event: Reported | Event): void => {
    const lines = program.render(event, verbose);
    if (lines.length > 0) host.stderr(`${lines.map((line) => printable(line, currentMask())).join('\n')}\n`);
  };
  let resultFile: ResultFile | undefined;
  const partial: Record<string, unknown> = {};
  try {
    const commandLine =
      readStepCommandLine(argv, host.version, program.commands) ??
      // yargs is loaded only where it is needed.
      (await import('./parse-command-line.ts')).parseCommandLine(argv, host.version, program.commands);
    if (commandLine.kind === 'text') {
      host.stdout(`${commandLine.text}\n`);
      return 0;
    }
    if (commandLine.resultFile) resultFile = await openResultFile(commandLine.resultFile, host);
    const given = await givenParameters(commandLine);
    const callMask = new Mask(secretsOf(given, host.env, existsSync));
    mask = callMask;
    for (const entry of unmaskableEntries(given.mask))
      report({ type: 'warning', text: `mask: ${entry} is not hidden: ${WHY_NOT_MASKABLE}` });
    verbose = given.verbose === true;
    await resultFile?.begin(killedOutcome());
    const { command, dryRun } = commandLine;
    const recordPartial = (fields: object): void => void Object.assign(partial, fields);
    const returned = await program.perform({ command, given, dryRun, report, recordPartial, mask: callMask }, host);
    // A map holds the names that the next step works with. It is written as it is: names with a secret in them were refused.
    const result = typeof returned === 'string' ? callMask.hide(printableText(returned)) : returned;
    if (typeof result === 'string') host.stdout(result);
    else if (!resultFile) host.stdout(`${JSON.stringify(hideDeep(result, callMask), null, 2)}\n`);
    await resultFile?.write({ ok: true, result });
    return 0;
  } catch (error) {
    const failure = toFailure(error, host.signal);
    report({ type: 'failed', failure });
    if (resultFile) {
      const record = printableRecord(failure.toRecord(), currentMask());
      await writeFailure(resultFile, record, hideDeep(partial, currentMask()), report);
    }
    return failure.exitStatus;
  }
}

async function givenParameters({
  paramsFile,
  given,
}: Extract<ParsedCommandLine, { kind: 'run' }>): Promise<Record<string, unknown>> {
  return paramsFile === undefined ? given : { ...(await readParametersFile(paramsFile)), ...given };
}

/** The result file says this while the command runs. It stays where the process is killed. */
const killedOutcome = () => ({
  ok: false as const,
  failure: new Failure('internal', 'fargate-ci was killed before it could finish', {
    hint: 'look for a reason on the agent (out of memory, lost connection); a task may still be running in ECS',
  }).toRecord(),
  partial: {},
});

async function writeFailure(file: ResultFile, failure: FailureRecord, partial: unknown, report: Report) {
  try {
    await file.write({ ok: false, failure, partial });
  } catch (error) {
    report({ type: 'warning', text: error instanceof Error ? error.message : String(error) });
  }
}

/** A failure as Jenkins prints it: without secrets, and without a text that could pass for a line of another program. */
function printableRecord({ message, hint, evidence, cause, ...record }: FailureRecord, mask: Mask): FailureRecord {
  return {
    ...record,
    message: printable(message, mask),
    hint: printable(hint, mask),
    evidence: evidence.map((entry) => printable(entry, mask)),
    cause: printable(cause, mask),
  };
}

/** A longer line is cut: it comes from a parameter that nobody meant to be so long. Characters. */
const LONGEST_LINE = 20_000;

/** A text as it is shown. Secrets are hidden before it is cut: the mask does not find half a secret. */
const printable = (text: string, mask: Mask): string => shortenText(mask.hide(printableLines(text)), LONGEST_LINE);

/** After an abort other errors are a consequence of it, so the abort is told. An error of an unknown kind is a defect of ours. */
function toFailure(error: unknown, signal: AbortSignal): Failure {
  const aborted = signal.aborted && signal.reason instanceof Failure ? signal.reason : undefined;
  if (error instanceof Failure && (!aborted || error.category === 'aborted')) return error;
  if (aborted) return aborted;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Failure('internal', 'fargate-ci has a defect', {
    hint: 'please report it with the lines above',
    evidence: stack.split('\n').slice(0, 6),
    cause: error,
  });
}
