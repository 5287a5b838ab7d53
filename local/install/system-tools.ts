import { existsSync } from 'node:fs';
import { must } from '../process.mjs';
import type { InstallOptions } from './install-options.ts';
import { findPython, installVenv } from './python.ts';
import { which } from './which.ts';

/** Something that has to be on the machine. */
interface SystemTool {
  /** Its name for people. */
  readonly name: string;
  /** The Debian package that has it. */
  readonly debian: string;
  readonly isPresent: () => boolean | Promise<boolean>;
}

const command = (name: string, debian: string): SystemTool => ({
  name,
  debian,
  isPresent: () => which(name) !== undefined,
});

/** What the demo needs beside the engine. */
const BASICS: readonly SystemTool[] = [
  command('docker', 'docker.io'),
  { name: 'Python 3.10 with venv', debian: 'python3-venv', isPresent: async () => (await findPython()) !== undefined },
  {
    name: 'CA certificates',
    debian: 'ca-certificates',
    isPresent: () => process.platform !== 'linux' || existsSync('/etc/ssl/certs/ca-certificates.crt'),
  },
];

/** What an engine of our own needs. */
const ENGINE: readonly SystemTool[] = [
  command('dockerd', 'docker.io'),
  command('iptables', 'iptables'),
  command('ip', 'iproute2'),
];

/** What a base image is made of where Docker Hub cannot be reached. */
const BASE_IMAGE: readonly SystemTool[] = [command('busybox', 'busybox-static')];

/** What only the tests call. */
const TESTS: readonly SystemTool[] = [
  command('git', 'git'),
  command('bsdtar', 'libarchive-tools'),
  command('ss', 'iproute2'),
  command('mvn', 'maven'),
  command('java', 'default-jdk-headless'),
];

/** What the benchmark compares us with. */
const PEERS: readonly SystemTool[] = [
  command('pigz', 'pigz'),
  command('tar', 'tar'),
  command('gzip', 'gzip'),
  command('bash', 'bash'),
];

export const installBasics = (options: InstallOptions): Promise<void> => install(BASICS, options);
export const installEngine = (options: InstallOptions): Promise<void> => install(ENGINE, options);
export const installBaseImage = (options: InstallOptions): Promise<void> => install(BASE_IMAGE, options);
export const installForTests = (options: InstallOptions): Promise<void> => install([...BASICS, ...TESTS], options);

/** @returns the folder with the command `aws` */
export async function installForBench(options: InstallOptions): Promise<string> {
  await install([...BASICS.filter(({ debian }) => debian !== 'docker.io'), ...PEERS], options);
  return await installVenv('venv-bench', 'requirements-bench.txt', options);
}

/**
 * Installs what is missing, if this is Debian or Ubuntu and we are root.
 * @throws Error that says what to install, on any other machine
 */
async function install(tools: readonly SystemTool[], { say, signal }: InstallOptions): Promise<void> {
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
  // The timeout makes apt-get wait for another one that is at work.
  const apt = (args: readonly string[]) => must('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], options);
  await apt(['update']);
  await apt(['install', '-y', '--no-install-recommends', ...packages]);
  const still = await absent(missing);
  if (still.length > 0)
    throw new Error(`still missing after the installation: ${still.map(({ name }) => name).join(', ')}`);
}

async function absent(tools: readonly SystemTool[]): Promise<SystemTool[]> {
  const present = await Promise.all(tools.map((tool) => tool.isPresent()));
  return tools.filter((_, index) => !present[index]);
}
