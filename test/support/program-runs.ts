/** A run of a program within a test. */
export interface ProgramRun {
  /** The command line, for the reader of a failure. */
  readonly command: string;
  readonly status: number | null;
  /** All that it wrote for people. */
  readonly said: string;
}

/** Records a run. Where the test fails because of an exit status, environment.mjs shows what the run said. */
export function recordProgramRun(run: ProgramRun): void {
  const runs: unknown = Reflect.get(globalThis, 'programRuns');
  if (Array.isArray(runs)) runs.push(run);
}
