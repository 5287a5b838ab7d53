import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { killRest, start, stop, waitUntil } from './background.mjs';
import { installEngine, which } from './install.mjs';
import { must, run } from './process.mjs';

/**
 * A Docker engine to run containers on.
 * @typedef {object} Engine
 * @property {string} host as DOCKER_HOST has it
 * @property {boolean} own true: started by us, and ended by us
 * @property {(args: string[], signal?: AbortSignal) => Promise<string>} docker runs a docker command on it
 */

/**
 * What stopEngine() needs to know of an engine of ours; plain data, so that it can be stopped from another process.
 * @typedef {object} OwnEngine
 * @property {number} pid
 * @property {string} folder short-lived files: socket, containerd's state
 * @property {string} data images and containers
 * @property {string} bridge network device
 * @property {string} subnet
 */

/** Bytes (a second): BuildKit would cut a long log off, and the stand-in's with it. -1 cuts all of it in Docker 20.10. */
const WHOLE_LOG = String(2 ** 30);

/**
 * The engine that answers, if one does.
 * @returns {Promise<Engine | undefined>}
 */
export async function findEngine() {
  const docker = which('docker');
  if (!docker) return undefined;
  const context = await run(docker, ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  const host = process.env.DOCKER_HOST || context.stdout.trim() || 'unix:///var/run/docker.sock';
  const info = await run(docker, ['--host', host, 'info', '--format', '{{.ServerVersion}}'], { timeoutMs: 20_000 });
  // Some versions answer an error with status 0.
  return info.status === 0 && /^\d/.test(info.stdout) ? engineAt(host, false) : undefined;
}

/**
 * @param {string} host
 * @param {boolean} own
 * @returns {Engine}
 */
export function engineAt(host, own) {
  const env = { DOCKER_HOST: host, DOCKER_CONTEXT: undefined };
  return { host, own, docker: (args, signal) => must('docker', args, { env, signal }) };
}

/**
 * Starts an engine of our own, beside any other: its own socket, data and bridge, and no rule in the firewall but one.
 * @param {string} state folder for its data and log
 * @param {import('./install.mjs').Telling & { signal: AbortSignal, onStart: (own: OwnEngine) => void }} options
 * @returns {Promise<Engine>}
 */
export async function startEngine(state, { say, signal, onStart }) {
  if (process.platform !== 'linux') throw new Error('no Docker engine answers: start Docker, then run this again');
  if (process.getuid?.() !== 0)
    throw new Error(
      'no Docker engine answers, and only root may start one: start Docker (or add yourself to its group)',
    );
  await installEngine({ say, signal });
  await mkdir(state, { recursive: true });
  // A socket's path may have 107 characters.
  const folder = await mkdtemp(join(tmpdir().length > 60 ? '/tmp' : tmpdir(), 'fargate-ci-'));
  const log = join(state, 'dockerd.log');
  const number = freeSubnet();
  /** @type {OwnEngine} */
  const own = {
    pid: 0,
    folder,
    data: join(state, 'docker'),
    bridge: `fargateci${number}`,
    subnet: `10.217.${number}.0/24`,
  };
  onStart(own);
  await must('ip', ['link', 'add', 'name', own.bridge, 'type', 'bridge']);
  await must('ip', ['address', 'add', `10.217.${number}.1/24`, 'dev', own.bridge]);
  await must('ip', ['link', 'set', own.bridge, 'up']);
  // Containers reach the world; nothing is published. Where the kernel has no NAT they do without.
  const nat = await run('iptables', masquerade('-A', own));
  if (nat.status !== 0) say('containers have no way to the internet here (no NAT in this kernel)');
  const host = `unix://${folder}/docker.sock`;
  own.pid = await start(
    'dockerd',
    [
      `--host=${host}`,
      `--data-root=${own.data}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${join(folder, 'pid')}`,
      `--bridge=${own.bridge}`,
      '--iptables=false',
      '--ip=127.0.0.1', // where a port is published after all
    ],
    {
      log,
      env: {
        DOCKER_HOST: '',
        BUILDKIT_STEP_LOG_MAX_SIZE: WHOLE_LOG,
        BUILDKIT_STEP_LOG_MAX_SPEED: WHOLE_LOG,
        // Archives are read by Go's own gzip, as in kaniko.
        MOBY_DISABLE_PIGZ: '1',
      },
    },
  );
  onStart(own);
  const engine = engineAt(host, true);
  const ready = async () => (await run('docker', ['--host', host, 'version'])).status === 0;
  await waitUntil(ready, { what: 'the Docker engine', pid: own.pid, log, seconds: 60, signal });
  return engine;
}

/**
 * Ends an engine of ours and takes away all that it left.
 * @param {OwnEngine} own
 */
export async function stopEngine(own) {
  if (own.pid > 0) await stop(own.pid, own.folder);
  killRest(`${own.folder}/`);
  await unmountBelow([own.data, own.folder]);
  await run('iptables', masquerade('-D', own));
  await run('ip', ['link', 'delete', own.bridge]);
  await rm(own.folder, { recursive: true, force: true });
  await rm(own.data, { recursive: true, force: true });
}

/**
 * @param {'-A' | '-D'} action
 * @param {OwnEngine} own
 */
function masquerade(action, { subnet, bridge }) {
  return ['-w', '-t', 'nat', action, 'POSTROUTING', '-s', subnet, '!', '-o', bridge, '-j', 'MASQUERADE'];
}

/** @returns {number} N of 10.217.N.0/24, which no device of this machine has */
function freeSubnet() {
  const taken = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const offset = process.pid % 250;
  for (let step = 0; step < 250; step++) {
    const number = ((offset + step) % 250) + 1;
    if (!taken.some((address) => address.startsWith(`10.217.${number}.`))) return number;
  }
  throw new Error('no free network in 10.217.0.0/16');
}

/** What an engine left mounted that was ended early. @param {string[]} folders */
async function unmountBelow(folders) {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  const points = mounts.split('\n').map((line) => line.split(' ')[1] ?? '');
  const ours = points.filter((point) => folders.some((folder) => `${point}/`.startsWith(`${folder}/`)));
  for (const point of ours.reverse()) await run('umount', ['-l', point]);
}
