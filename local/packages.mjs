import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { must } from './process.mjs';

/**
 * Runs `npm ci` where node_modules is missing or not what package-lock.json says.
 * @param {{ say: (line: string) => void, signal?: AbortSignal | undefined }} options
 */
export async function installPackages({ signal, say }) {
  if (await packagesAreCurrent()) return;
  say('installing npm packages (npm ci)');
  await must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ROOT, signal });
}

/** npm writes what it installed into node_modules/.package-lock.json. Packages for other platforms are not in it. */
async function packagesAreCurrent() {
  const [wanted, installed] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json'].map((file) => readLock(join(ROOT, file))),
  );
  if (!wanted || !installed) return false;
  const names = new Set([...Object.keys(wanted), ...Object.keys(installed)]);
  names.delete('');
  return [...names].every((name) => {
    const [want, have] = [wanted[name], installed[name]];
    return have ? want?.version === have.version : want?.optional === true;
  });
}

/**
 * @param {string} file
 * @returns {Promise<Record<string, { version?: string, optional?: boolean }> | undefined>} undefined: no such file
 */
async function readLock(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
