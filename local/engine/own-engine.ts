import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { killLeftovers, startDaemon, stopDaemon, waitUntil } from '../daemon.ts';
import type { InstallOptions } from '../install/install-options.ts';
import { installEngine } from '../install/system-tools.ts';
import { must, run } from '../process.mjs';
import { type DockerEngine, engineAt } from './docker-engine.ts';

/** What stopEngine() must know. It is JSON, so that another process can stop the engine, too. */
export interface OwnEngine {
  /** 0 before the engine is started. */
  readonly pid: number;
  /** Folder of short-lived files: the socket, containerd's state. */
  readonly folder: string;
  /** Folder of images and containers. */
  readonly data: string;
  /** Name of its network device. */
  readonly bridge: string;
  /** The bridge's addresses, as 10.217.7.0/24. */
  readonly subnet: string;
}

/**
 * Limit of a build's log, in bytes and in bytes a second. BuildKit's own limits would cut a long log off. -1 would be
 * no limit in later versions, but leaves nothing of the log in Docker 20.10.
 */
const LOG_LIMIT = String(2 ** 30);

/**
 * Starts an engine of our own. It does not touch any other: it has its own socket, data and bridge, and adds one rule
 * to the firewall.
 * @param state folder for its data and log
 * @param options onStart: gets what stopEngine() must know, as soon as there is anything to undo
 */
export async function startEngine(
  state: string,
  { say, signal, onStart }: InstallOptions & { signal: AbortSignal; onStart: (own: OwnEngine) => void },
): Promise<DockerEngine> {
  if (process.platform !== 'linux') throw new Error('no Docker engine answers: start Docker, then run this again');
  if (process.getuid?.() !== 0)
    throw new Error(
      'no Docker engine answers, and only root may start one: start Docker (or add yourself to its group)',
    );
  await installEngine({ say, signal });
  await mkdir(state, { recursive: true });
  // The path of a socket may have 107 characters at most.
  const folder = await mkdtemp(join(tmpdir().length > 60 ? '/tmp' : tmpdir(), 'fargate-ci-'));
  const log = join(state, 'dockerd.log');
  const number = freeSubnet();
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
  // NAT lets containers reach the internet. They work without it, too, where the kernel has none.
  const nat = await run('iptables', masquerade('-A', own));
  if (nat.status !== 0) say('containers have no way to the internet here (no NAT in this kernel)');
  const host = `unix://${folder}/docker.sock`;
  const pid = await startDaemon(
    'dockerd',
    [
      `--host=${host}`,
      `--data-root=${own.data}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${join(folder, 'pid')}`,
      `--bridge=${own.bridge}`,
      '--iptables=false',
      '--ip=127.0.0.1', // for ports that are published
    ],
    {
      log,
      env: {
        DOCKER_HOST: '',
        BUILDKIT_STEP_LOG_MAX_SIZE: LOG_LIMIT,
        BUILDKIT_STEP_LOG_MAX_SPEED: LOG_LIMIT,
        // Go's own gzip then reads archives, as in kaniko.
        MOBY_DISABLE_PIGZ: '1',
      },
    },
  );
  onStart({ ...own, pid });
  const engine = engineAt(host, true);
  const isReady = async () => (await run('docker', ['--host', host, 'version'])).status === 0;
  await waitUntil(isReady, { what: 'the Docker engine', pid, log, seconds: 60, signal });
  return engine;
}

/** Ends an engine of ours, and removes everything that it made. */
export async function stopEngine(own: OwnEngine): Promise<void> {
  if (own.pid > 0) await stopDaemon(own.pid, own.folder);
  killLeftovers(`${own.folder}/`);
  await unmountBelow([own.data, own.folder]);
  await run('iptables', masquerade('-D', own));
  await run('ip', ['link', 'delete', own.bridge]);
  await rm(own.folder, { recursive: true, force: true });
  await rm(own.data, { recursive: true, force: true });
}

/** Arguments of iptables that add or delete our rule. */
function masquerade(action: '-A' | '-D', { subnet, bridge }: OwnEngine): string[] {
  return ['-w', '-t', 'nat', action, 'POSTROUTING', '-s', subnet, '!', '-o', bridge, '-j', 'MASQUERADE'];
}

/** @returns an N such that no device of this machine is in 10.217.N.0/24 */
function freeSubnet(): number {
  const taken = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const offset = process.pid % 250;
  for (let step = 0; step < 250; step++) {
    const number = ((offset + step) % 250) + 1;
    if (!taken.some((address) => address.startsWith(`10.217.${number}.`))) return number;
  }
  throw new Error('no free network in 10.217.0.0/16');
}

/** Unmounts what is still mounted below some folders, where an engine was killed. */
async function unmountBelow(folders: readonly string[]): Promise<void> {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  const points = mounts.split('\n').map((line) => line.split(' ')[1] ?? '');
  const ours = points.filter((point) => folders.some((folder) => `${point}/`.startsWith(`${folder}/`)));
  for (const point of ours.reverse()) await run('umount', ['-l', point]);
}
