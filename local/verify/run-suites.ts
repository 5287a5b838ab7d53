import type { Cleanup } from '../cleanup.mjs';
import { installForTests } from '../install/system-tools.ts';
import type { Suite, SuiteCount } from './suite.ts';
import { realKaniko, suites } from './suites.ts';

// `npm run verify`: installs what is missing, then runs every check and test. The last line sums them up. `npm run
// verify -- types bundle` runs only the suites of these names; `npm run verify:kaniko` the one that needs the real
// kaniko image.

interface Total {
  passed: number;
  failed: number;
  skipped: number;
}

/** @returns the exit status */
export async function main(argv: readonly string[], cleanup: Cleanup): Promise<number> {
  cleanup.limit(20);
  const total: Total = { passed: 0, failed: 0, skipped: 0 };
  try {
    await installForTests({ signal: cleanup.signal, say: (line) => console.log(line) });
    for (const suite of chooseSuites(argv)) {
      const count = await runSuite(suite, cleanup);
      total.passed += count.passed;
      total.failed += count.failed;
      total.skipped += count.skipped;
    }
  } catch (error) {
    if (cleanup.exitStatus === 0) total.failed += 1;
    console.log(error instanceof Error ? error.message : String(error));
  } finally {
    await cleanup.run();
  }
  console.log(sum(total));
  return cleanup.exitStatus || (total.failed > 0 ? 1 : 0);
}

/**
 * @param wanted names of suites; empty for all but the one that needs the real kaniko
 * @throws Error where there is no suite of a name
 */
function chooseSuites(wanted: readonly string[]): readonly Suite[] {
  if (wanted.length === 0) return suites;
  const chosen = [...suites, realKaniko].filter(({ name }) => wanted.includes(name));
  if (chosen.length < new Set(wanted).size)
    throw new Error(`there are: ${suites.map(({ name }) => `"${name}"`).join(', ')}`);
  return chosen;
}

/** Runs a suite, and prints a line about it. */
async function runSuite(suite: Suite, cleanup: Cleanup): Promise<Total> {
  const started = Date.now();
  const cannotRun = (error: Error): SuiteCount => ({ passed: 0, failed: 1, output: error.message });
  const { passed, failed, skipped = [], output = '' } = await suite.run(cleanup).catch(cannotRun);
  cleanup.signal.throwIfAborted();
  if (failed > 0) console.log(output.trimEnd());
  for (const reason of skipped) console.log(`skipped: ${reason}`);
  // On CI nobody would read why a test was skipped: there it counts as failed.
  const unwanted = process.env.CI ? skipped.length : 0;
  const count = { passed, failed: failed + unwanted, skipped: skipped.length - unwanted };
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${count.failed > 0 ? 'FAIL' : 'ok  '} ${suite.name}: ${sum(count)} (${seconds} s)`);
  return count;
}

function sum({ passed, failed, skipped }: Total): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
