import { join } from 'node:path';
import type { Cleanup } from '../cleanup.mjs';
import { ROOT } from '../paths.mjs';
import { run } from '../process.mjs';

/** The result of a suite. */
export interface SuiteCount {
  readonly passed: number;
  readonly failed: number;
  /** For each test that was skipped, why. */
  readonly skipped?: readonly string[];
  /** Is shown if something failed. */
  readonly output?: string;
}

export interface Suite {
  readonly name: string;
  readonly run: (cleanup: Cleanup) => Promise<SuiteCount>;
}

/** The path of a command that an npm package brings. */
export const packageCommand = (name: string): string => join(ROOT, 'node_modules', '.bin', name);

/** A command that is one check: it passes or it fails. */
export function checkSuite(name: string, command: string, args: readonly string[]): Suite {
  return {
    name,
    run: async ({ signal }) => {
      const { status, stdout, stderr } = await run(command, args, { cwd: ROOT, signal, timeoutMs: 300_000 });
      return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, output: stdout + stderr };
    },
  };
}
