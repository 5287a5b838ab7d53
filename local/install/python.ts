import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, STATE } from '../paths.mjs';
import { must, run } from '../process.mjs';
import type { InstallOptions } from './install-options.ts';
import { which } from './which.ts';

/**
 * Makes a Python environment with the packages of a requirements file, and makes it anew when that file has changed.
 * @param name folder under local/.state
 * @param requirements file in local/
 * @returns the folder with the environment's commands
 */
export async function installVenv(
  name: string,
  requirements: string,
  { say, signal }: InstallOptions,
): Promise<string> {
  const folder = join(STATE, name);
  const wanted = await readFile(join(ROOT, 'local', requirements), 'utf8');
  const stamp = join(folder, 'installed.txt');
  const bin = join(folder, 'bin');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return bin;
  say(`installing Python packages of local/${requirements}`);
  const options = { signal };
  await rm(folder, { recursive: true, force: true });
  await mkdir(STATE, { recursive: true });
  await must((await findPython()) ?? 'python3', ['-m', 'venv', folder], options);
  await must(
    join(bin, 'pip'),
    ['install', '--quiet', '--disable-pip-version-check', '-r', join(ROOT, 'local', requirements)],
    options,
  );
  await writeFile(stamp, wanted);
  return bin;
}

/** Finds a Python that can make environments. The system's own is tried first, since the one in PATH may be a shim. */
export async function findPython(): Promise<string | undefined> {
  for (const python of ['/usr/bin/python3', which('python3')]) {
    if (!python || !existsSync(python)) continue;
    const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
    if ((await run(python, ['-c', check])).status === 0) return python;
  }
  return undefined;
}
