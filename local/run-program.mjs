import { importProgram } from './bundle.mjs';
import { Cleanup } from './cleanup.mjs';
import { installPackages } from './packages.mjs';

/**
 * What a program exports as `main`.
 * @callback Main
 * @param {readonly string[]} argv the command line's words
 * @param {Cleanup} cleanup is run when main() has ended, if it was not run before
 * @returns {Promise<number>} exit status
 */

/**
 * Runs a TypeScript program of this repository with this process's command line, and sets the exit status. Before that it
 * installs the npm packages, where they are missing or out of date.
 * @param {string} entry path in the repository; it exports {@link Main} as `main`
 * @returns {Promise<boolean>} whether main() was called
 */
export async function runProgram(entry) {
  const cleanup = new Cleanup().listen();
  let called = false;
  try {
    await installPackages({ say: console.log, signal: cleanup.signal });
    const main = await load(entry);
    called = true;
    process.exitCode = await main(process.argv.slice(2), cleanup);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = cleanup.exitStatus || 1;
  } finally {
    await cleanup.run();
  }
  return called;
}

/**
 * @param {string} entry
 * @returns {Promise<Main>}
 */
async function load(entry) {
  const { main } = await importProgram(entry);
  if (typeof main !== 'function') throw new TypeError(`${entry} exports no main()`);
  return /** @type {Main} */ (main);
}
