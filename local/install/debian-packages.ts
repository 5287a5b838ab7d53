import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, STATE } from './paths.mjs';
import { must, run } from './process.mjs';

/**
 * Something that has to be on the machine.
 * @typedef {object} Tool
 * @property {string} name as a person knows it
 * @property {string} debian package that brings it
 * @property {() => boolean | Promise<boolean>} present
 */

/**
 * @typedef {object} Telling
 * @property {(line: string) => void} say
 * @property {AbortSignal | undefined} [signal]
 */

/**
 * @param {string} name
 * @param {string} debian
 * @param {string} [command]
 * @returns {Tool}
 */
const command = (name, debian, command = name) => ({ name, debian, present: () => which(command) !== undefined });

/** What the demo runs on, beside the engine. @type {Tool[]} */
const BASICS = [
  command('docker', 'docker.io'),
  { name: 'Python 3.10 with venv', debian: 'python3-venv', present: async () => (await findPython()) !== undefined },
  {
    name: 'CA certificates',
    debian: 'ca-certificates',
    present: () => process.platform !== 'linux' || existsSync('/etc/ssl/certs/ca-certificates.crt'),
  },
];

/** What an engine of our own needs. @type {Tool[]} */
const ENGINE = [command('dockerd', 'docker.io'), command('iptables', 'iptables'), command('ip', 'iproute2')];

/** A base image where Docker Hub is out of reach. @type {Tool[]} */
const BASE_IMAGE = [command('busybox', 'busybox-static')];

/** What only the tests call. @type {Tool[]} */
const TESTS = [
  command('git', 'git'),
  command('bsdtar', 'libarchive-tools'),
  command('ss', 'iproute2'),
  command('mvn', 'maven'),
  command('java', 'default-jdk-headless'),
];

/** What the benchmark compares with. @type {Tool[]} */
const PEERS = [command('pigz', 'pigz'), command('tar', 'tar'), command('gzip', 'gzip'), command('bash', 'bash')];

/** @param {Telling} telling */
export const installBasics = (telling) => install(BASICS, telling);
/** @param {Telling} telling */
export const installEngine = (telling) => install(ENGINE, telling);
/** @param {Telling} telling */
export const installBaseImage = (telling) => install(BASE_IMAGE, telling);
/** @param {Telling} telling */
export const installForTests = (telling) => install([...BASICS, ...TESTS], telling);

/**
 * @param {Telling} telling
 * @returns {Promise<string>} the folder that has `aws`
 */
export async function installForBench(telling) {
  await install([...BASICS.filter(({ debian }) => debian !== 'docker.io'), ...PEERS], telling);
  return await installVenv('venv-bench', 'requirements-bench.txt', telling);
}

/**
 * Installs what is missing where we may (root on Debian or Ubuntu); elsewhere the error says what to install.
 * @param {Tool[]} tools
 * @param {Telling} telling
 */
async function install(tools, { say, signal }) {
  const missing = await absent(tools);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(({ debian }) => debian))];
  const names = missing.map(({ name }) => name).join(', ');
  if (!which('apt-get'))
    throw new Error(
      `missing: ${names}. Install them (with Docker: https://docs.docker.com/get-docker/), then run this again`,
    );
  if (process.getuid?.() !== 0)
    throw new Error(`missing: ${names}. Install them with: sudo apt-get install ${packages.join(' ')}`);
  say(`installing ${names} (apt-get install ${packages.join(' ')})`);
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, signal };
  // Another apt may be at work: it is waited for.
  const apt = (/** @type {string[]} */ args) =>
    must('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], options);
  await apt(['update']);
  await apt(['install', '-y', '--no-install-recommends', ...packages]);
  const still = await absent(missing);
  if (still.length > 0)
    throw new Error(`still missing after the installation: ${still.map(({ name }) => name).join(', ')}`);
}

/**
 * @param {Tool[]} tools
 * @returns {Promise<Tool[]>}
 */
async function absent(tools) {
  const present = await Promise.all(tools.map((tool) => tool.present()));
  return tools.filter((_, index) => !present[index]);
}

/**
 * A Python environment of its own with what a requirements file names, made anew when the file changes.
 * @param {string} name folder under local/.state
 * @param {string} requirements file in local/
 * @param {Telling} telling
 * @returns {Promise<string>} the folder with its commands
 */
export async function installVenv(name, requirements, { say, signal }) {
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

/**
 * A Python that can make environments: the system's own first, since the one in PATH may be a shim.
 * @returns {Promise<string | undefined>}
 */
async function findPython() {
  for (const python of ['/usr/bin/python3', which('python3')]) {
    if (!python || !existsSync(python)) continue;
    const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
    if ((await run(python, ['-c', check])).status === 0) return python;
  }
  return undefined;
}

/**
 * @param {string} command
 * @returns {string | undefined} its path
 */
export function which(command) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, command))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
