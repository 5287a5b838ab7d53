import { installForTests } from './install.mjs';
import { Cleanup } from './interrupt.mjs';
import { installPackages } from './packages.mjs';
import { realKaniko, suites } from './suites.mjs';

// `npm run verify`: installs what is missing, then every check and test there is. The last line sums them up.
// `npm run verify -- types bundle` runs the suites of these names only; `npm run verify:kaniko` the one that needs the
// real kaniko image.

const cleanup = new Cleanup().listen().limit(20);
const total = { passed: 0, failed: 0, skipped: 0 };

try {
  const telling = { signal: cleanup.signal, say: (/** @type {string} */ line) => console.log(line) };
  await installPackages(telling);
  await installForTests(telling);
  const wanted = process.argv.slice(2);
  const chosen = wanted.length === 0 ? suites : [...suites, realKaniko].filter(({ name }) => wanted.includes(name));
  if (chosen.length < new Set(wanted).size)
    throw new Error(`there are: ${suites.map(({ name }) => `"${name}"`).join(', ')}`);
  for (const suite of chosen) {
    const started = Date.now();
    const { passed, failed, skipped = [], output = '' } = await suite.run(cleanup.signal, cleanup).catch(cannotRun);
    cleanup.signal.throwIfAborted();
    if (failed > 0) console.log(output.trimEnd());
    for (const reason of skipped) console.log(`skipped: ${reason}`);
    // On CI a skipped test is a failed one: nobody reads why.
    const unwanted = process.env.CI ? skipped.length : 0;
    total.passed += passed;
    total.failed += failed + unwanted;
    total.skipped += skipped.length - unwanted;
    const mark = failed + unwanted > 0 ? 'FAIL' : 'ok  ';
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(
      `${mark} ${suite.name}: ${sum({ passed, failed: failed + unwanted, skipped: skipped.length - unwanted })} (${seconds} s)`,
    );
  }
} catch (error) {
  if (cleanup.exitStatus === 0) total.failed += 1;
  console.log(error instanceof Error ? error.message : String(error));
} finally {
  await cleanup.run();
}

console.log(sum(total));
process.exitCode = cleanup.exitStatus || (total.failed > 0 ? 1 : 0);

/**
 * @param {Error} error
 * @returns {import('./suites.mjs').Count}
 */
function cannotRun(error) {
  return { passed: 0, failed: 1, output: error.message };
}

/** @param {{ passed: number, failed: number, skipped: number }} count */
function sum({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
