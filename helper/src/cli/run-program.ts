import { existsSync } from 'node:fs';
import { Failure, type FailureRecord } from '../failure.ts';
import type { Event, Report } from '../report/events.ts';
import { secretsInArguments, secretsOf, TOO_SHORT, unmaskable } from '../secrets/given-secrets.ts';
import { hideDeep, Mask } from '../secrets/mask.ts';
import { secretsIn } from '../secrets/recognise-secrets.ts';
import { cut, indented, plain } from '../text/printable.ts';
import type { Host } from './host.ts';
import { type Invocation, readPlain } from './invocation.ts';
import { readParameters } from './parameters-file.ts';
import type { Program } from './program.ts';
import { openResultFile, type ResultFile } from './result-file.ts';

type Run = Extract<Invocation, { kind: 'run' }>;

/**
 * Runs one command line from its beginning to its end. Nothing escapes: whatever goes wrong is told on stderr and in
 * the result file.
 * @returns the exit status
 */
export async function run<Runs extends Host, Reported>(
  program: Program<Runs, Reported>,
  argv: readonly string[],
  host: Runs,
): Promise<number> {
  let known: Mask | undefined;
  // Until the parameters are known it is made only where there is something to say: it takes some milliseconds.
  const hiding = (): Mask => (known ??= new Mask([...secretsIn(host.env), ...secretsInArguments(argv)]));
  let verbose = false;
  const report = (event: Reported | Event): void => {
    const lines = program.render(event, verbose);
    if (lines.length > 0) host.stderr(`${lines.map((line) => tell(line, hiding())).join('\n')}\n`);
  };
  let invocation: Invocation | undefined;
  let resultFile: ResultFile | undefined;
  const partial: Record<string, unknown> = {};
  try {
    invocation = readPlain(argv, host.version, program.commands);
    // yargs is loaded only where it is needed.
    invocation ??= (await import('./parse-command-line.ts')).parseCommandLine(argv, host.version, program.commands);
    if (invocation.kind === 'text') {
      host.stdout(`${invocation.text}\n`);
      return 0;
    }
    if (invocation.resultFile) resultFile = await openResultFile(invocation.resultFile, host);
    const given = await gather(invocation);
    const mask = new Mask(secretsOf(given, host.env, existsSync));
    known = mask;
    for (const name of unmaskable(given.mask))
      report({ type: 'warning', text: `mask: ${name} is not hidden: ${TOO_SHORT}` });
    verbose = given.verbose === true;
    await resultFile?.begin(unfinished());
    const { command, dryRun } = invocation;
    const partially = (fields: object): void => void Object.assign(partial, fields);
    const made = await program.perform({ command, given, dryRun, report, partially, mask }, host);
    // A map is what the next step works with: names, and none with a secret in it was let in.
    const result = typeof made === 'string' ? mask.hide(plain(made)) : made;
    if (typeof result === 'string') host.stdout(result);
    else if (!resultFile) host.stdout(`${JSON.stringify(hideDeep(result, mask), null, 2)}\n`);
    await resultFile?.write({ ok: true, result });
    return 0;
  } catch (error) {
    const failure = asFailure(error, host.signal);
    report({ type: 'failed', failure });
    if (resultFile)
      await writeFailure(resultFile, told(failure.toRecord(), hiding()), hideDeep(partial, hiding()), report);
    return failure.exitStatus;
  }
}

async function gather({ paramsFile, given }: Run): Promise<Record<string, unknown>> {
  return paramsFile === undefined ? given : { ...(await readParameters(paramsFile)), ...given };
}

/** What the result file says while the command runs, and for ever where the process is killed. */
const unfinished = () => ({
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

/** A failure as Jenkins prints it: without secrets, and without what could pass for a line of somebody else's. */
function told({ message, hint, evidence, cause, ...record }: FailureRecord, mask: Mask): FailureRecord {
  const all = evidence.map((one) => tell(one, mask));
  return { ...record, message: tell(message, mask), hint: tell(hint, mask), evidence: all, cause: tell(cause, mask) };
}

/** No line that is meant is longer: somebody has given us a novel for a name. Characters. */
const LONGEST_LINE = 20_000;

/** A text as it is shown: hidden what is secret, before it is cut. */
const tell = (text: string, mask: Mask): string => cut(mask.hide(indented(text)), LONGEST_LINE);

/** An abort explains whatever else went wrong because of it; an unknown error is a defect of ours. */
function asFailure(error: unknown, signal: AbortSignal): Failure {
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
