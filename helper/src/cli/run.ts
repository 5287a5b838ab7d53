import { Failure } from '../failure.ts';
import type { Event, Report } from '../report/events.ts';
import { createMask, secretsIn } from '../report/mask.ts';
import { readParameters, writeOutcome } from './files.ts';
import type { Host } from './host.ts';
import { type Invocation, parseCommandLine } from './parse.ts';
import type { Program } from './program.ts';

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
  let mask = createMask(secretsIn(host.env));
  let verbose = false;
  const report = (event: Reported | Event): void => {
    const lines = program.render(event, verbose);
    if (lines.length > 0) host.stderr(`${lines.map(mask).join('\n')}\n`);
  };
  let invocation: Invocation | undefined;
  const partial: Record<string, unknown> = {};
  try {
    invocation = parseCommandLine(argv, host.version, program.commands);
    if (invocation.kind === 'text') {
      host.stdout(`${invocation.text}\n`);
      return 0;
    }
    const given = await gather(invocation);
    mask = createMask([...secretsIn(host.env), ...texts(given.mask)]);
    verbose = given.verbose === true;
    if (invocation.resultFile) await writeOutcome(invocation.resultFile, unfinished());
    const { command, dryRun } = invocation;
    const partially = (fields: object): void => void Object.assign(partial, fields);
    const result = await program.perform({ command, given, dryRun, report, partially }, host);
    if (typeof result === 'string') host.stdout(mask(result));
    // A result is for programs, and holds nothing that came from a secret: it stays as it is.
    else if (!invocation.resultFile) host.stdout(`${JSON.stringify(result, null, 2)}\n`);
    if (invocation.resultFile) await writeOutcome(invocation.resultFile, { ok: true, result });
    return 0;
  } catch (error) {
    const failure = asFailure(error, host.signal);
    report({ type: 'failed', failure });
    if (invocation?.kind === 'run' && invocation.resultFile) {
      await writeFailure(invocation.resultFile, maskDeep(failure.toRecord(), mask), partial, report);
    }
    return failure.exitStatus;
  }
}

async function gather({ paramsFile, given }: Run): Promise<Record<string, unknown>> {
  return paramsFile === undefined ? given : { ...(await readParameters(paramsFile)), ...given };
}

/** Values to hide; also where they are given in a wrong way, which a complaint must not show. */
const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => one !== undefined && one !== null).map(String);

/** What the result file says while the command runs, and for ever where the process is killed. */
const unfinished = () => ({
  ok: false as const,
  failure: new Failure('internal', 'fargate-ci was killed before it could finish', {
    hint: 'look for a reason on the agent (out of memory, lost connection); a task may still be running in ECS',
  }).toRecord(),
  partial: {},
});

async function writeFailure(file: string, failure: ReturnType<Failure['toRecord']>, partial: unknown, report: Report) {
  try {
    await writeOutcome(file, { ok: false, failure, partial });
  } catch (error) {
    report({ type: 'warning', text: error instanceof Error ? error.message : String(error) });
  }
}

function maskDeep(record: ReturnType<Failure['toRecord']>, mask: (text: string) => string) {
  const { message, hint, evidence, cause } = record;
  return { ...record, message: mask(message), hint: mask(hint), evidence: evidence.map(mask), cause: mask(cause) };
}

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
