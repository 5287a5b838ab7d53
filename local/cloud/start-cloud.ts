import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cleanup } from '../cleanup.mjs';
import { type DockerEngine, findEngine } from '../engine/docker-engine.ts';
import { startEngine } from '../engine/own-engine.ts';
import { installVenv } from '../install/python.ts';
import { installBasics } from '../install/system-tools.ts';
import { STATE } from '../paths.mjs';
import { awsAt, type LocalAws } from './aws-clients.ts';
import { deployBuilder, kanikoImage, registerLocalBuilder } from './builder-stack.ts';
import { BUSYBOX, replaceBusybox } from './busybox-image.ts';
import { findKaniko } from './kaniko-image.ts';
import { LOCAL_KEYS, REGION, startMiniStack } from './ministack.ts';
import { beginRecord, clearEarlier, stopCloud } from './running-cloud.ts';

/** AWS as far as fargate-ci needs it, on this machine. */
export interface Cloud {
  readonly engine: DockerEngine;
  readonly aws: LocalAws;
  readonly endpoint: string;
  /** The endpoint's port of 127.0.0.1. */
  readonly port: number;
  /** Process ids of the daemons that were started. */
  readonly pids: readonly number[];
  /** An image with a shell that the engine can run. */
  readonly busybox: string;
  readonly realKaniko: boolean;
  /** Environment for the helper. A variable that is undefined must not be set. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts a local AWS: installs what is missing, then starts an engine where none answers, MiniStack, and the builder's
 * stack.
 * @param name folder of its state. Only one of a name runs at a time.
 * @param options cleanup: stops it again
 */
export async function startCloud(
  name: string,
  { say, cleanup }: { say: (line: string) => void; cleanup: Cleanup },
): Promise<Cloud> {
  const { signal } = cleanup;
  const state = join(STATE, name);
  await clearEarlier(name);
  await mkdir(state, { recursive: true });
  const record = beginRecord(name);
  cleanup.defer('MiniStack and its containers', () => stopCloud(name));

  await installBasics({ say, signal });
  const bin = await installVenv('venv', 'requirements.txt', { say, signal });
  const pids: number[] = [];
  const engine =
    (await findEngine()) ??
    (await startEngine(state, {
      ...{ say, signal },
      onStart: (own) => {
        record({ engine: own });
        if (own.pid > 0) pids.push(own.pid);
      },
    }));
  record({ dockerHost: engine.host });
  say(engine.own ? 'Docker    an engine of our own' : `Docker    ${engine.host}`);

  const onStart = (ministack: { pid: number; port: number }) => record({ ministack });
  const { port, pid } = await startMiniStack(bin, state, { dockerHost: engine.host, signal, onStart });
  const endpoint = `http://127.0.0.1:${port}`;
  const aws = awsAt(endpoint);
  say(`AWS       MiniStack at ${endpoint}`);
  const registry = `127.0.0.1:${port}`;
  const replaced = await replaceBusybox(engine, aws, registry, { say, signal });
  if (replaced) say('images    busybox:1.36 made from this machine (Docker Hub cannot be reached)');
  const busybox = replaced ? `${registry}/${BUSYBOX}` : 'busybox:1.36';
  if (!engine.own) await checkHostNetwork(engine, endpoint, busybox, signal);
  const mapping = replaced ? [`--registry-map=index.docker.io=${registry}`] : [];
  await deployBuilder(aws, { registry, kanikoArgs: ['--insecure', '--insecure-pull', ...mapping], signal });
  say('stack     infrastructure/builder.yaml deployed');

  const kaniko = await findKaniko(engine, await kanikoImage(aws), port, { say, signal });
  if (!kaniko.real && !engine.host.startsWith('unix://'))
    throw new Error(`the stand-in for kaniko needs an engine on this machine, and DOCKER_HOST is ${engine.host}`);
  const socket = kaniko.real ? undefined : engine.host.slice('unix://'.length);
  await registerLocalBuilder(aws, { endpoint, image: kaniko.image, socket });
  say(
    kaniko.real
      ? `kaniko    ${kaniko.image}`
      : 'kaniko    a stand-in, as the real image cannot be pulled here: same flags, log and exit codes',
  );
  signal.throwIfAborted();
  const env = { ...withoutAws(), AWS_ENDPOINT_URL: endpoint, AWS_REGION: REGION, ...LOCAL_KEYS };
  return { engine, aws, endpoint, port, busybox, realKaniko: kaniko.real, env, pids: [pid, ...pids] };
}

/**
 * Checks that containers in the host's network reach MiniStack: kaniko runs there. Docker Desktop has such a network
 * only if it is switched on, and with a remote engine it is another machine's.
 * @param image one with wget
 */
async function checkHostNetwork(
  engine: DockerEngine,
  endpoint: string,
  image: string,
  signal: AbortSignal,
): Promise<void> {
  const fetched = ['wget', '-q', '-O', '-', `${endpoint}/_ministack/health`];
  await engine.docker(['run', '--rm', '--network=host', image, ...fetched], signal).catch((error: Error) => {
    throw new Error(
      `containers in the host's network do not reach ${endpoint}. With Docker Desktop: Settings > Resources > Network > Enable host networking\n${error.message}`,
    );
  });
}

/** Takes this machine's own AWS settings away: nothing here may reach a real account. */
function withoutAws(): Record<string, string | undefined> {
  const names = Object.keys(process.env).filter((name) => /^(AWS|FARGATE_CI)_/.test(name));
  const none = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  return { ...Object.fromEntries(names.map((name) => [name, undefined])), ...none };
}
