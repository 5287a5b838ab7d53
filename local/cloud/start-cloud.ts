import { writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { awsAt } from './aws.mjs';
import { engineAt, findEngine, startEngine, stopEngine } from './engine.mjs';
import { BUSYBOX, baseImages, kaniko } from './images.mjs';
import { installBasics, installVenv } from './install.mjs';
import { STAND_IN } from './kaniko/image.mjs';
import { STEPS } from './kaniko/step.mjs';
import { REGION, startMiniStack, stopMiniStack } from './ministack.mjs';
import { STATE } from './paths.mjs';
import { CREDENTIALS, deployBuilder, kanikoImage, registerLocalBuilder } from './stack.mjs';

/**
 * AWS as far as fargate-ci needs it, on this machine.
 * @typedef {object} Cloud
 * @property {import('./engine.mjs').Engine} engine
 * @property {import('./aws.mjs').LocalAws} aws
 * @property {string} endpoint
 * @property {number} port
 * @property {number[]} pids of the daemons that were started
 * @property {string} busybox an image that the engine can run
 * @property {boolean} realKaniko
 * @property {Record<string, string | undefined>} env for the helper; undefined: must not be there
 */

/**
 * What is running, on disk: any process can stop it.
 * @typedef {object} Running
 * @property {number} owner process that started it
 * @property {string} dockerHost
 * @property {import('./engine.mjs').OwnEngine} [engine]
 * @property {import('./ministack.mjs').MiniStack} [ministack]
 */

/** @param {string} name */
const recordFile = (name) => join(STATE, name, 'running.json');

/**
 * Starts it: installs what is missing, engine, MiniStack, the builder's stack, kaniko, base images.
 * @param {string} name folder of its state; one of a name runs at a time
 * @param {{ say: (line: string) => void, cleanup: import('./interrupt.mjs').Cleanup }} options cleanup stops it again
 * @returns {Promise<Cloud>}
 */
export async function startCloud(name, { say, cleanup }) {
  const { signal } = cleanup;
  const state = join(STATE, name);
  const earlier = await readRecord(name);
  if (earlier && isAlive(earlier.owner)) throw new Error(`it runs already (process ${earlier.owner})`);
  if (earlier) await stopCloud(name);
  await mkdir(state, { recursive: true });

  /** @type {Running} */
  const record = { owner: process.pid, dockerHost: '' };
  const note = () => writeFileSync(recordFile(name), JSON.stringify(record));
  note();
  cleanup.defer('MiniStack and its containers', () => stopCloud(name));

  const telling = { say, signal };
  await installBasics(telling);
  const bin = await installVenv('venv', 'requirements.txt', telling);
  const engine =
    (await findEngine()) ??
    (await startEngine(state, {
      ...telling,
      onStart: (own) => {
        record.engine = own;
        note();
      },
    }));
  record.dockerHost = engine.host;
  note();
  say(engine.own ? 'Docker    an engine of our own' : `Docker    ${engine.host}`);

  const { port } = await startMiniStack(bin, state, {
    dockerHost: engine.host,
    signal,
    onStart: (started) => {
      record.ministack = started;
      note();
    },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const aws = awsAt(endpoint);
  say(`AWS       MiniStack at ${endpoint}`);
  const registry = `127.0.0.1:${port}`;
  const mapped = await baseImages(engine, aws, registry, telling);
  if (mapped) say('images    busybox:1.36 made from this machine (Docker Hub cannot be reached)');
  const busybox = mapped ? `${registry}/${BUSYBOX}` : 'busybox:1.36';
  if (!engine.own) await checkHostNetwork(engine, endpoint, busybox, signal);
  const kanikoArgs = [
    '--insecure',
    '--insecure-pull',
    ...(mapped ? [`--registry-map=index.docker.io=${registry}`] : []),
  ];
  await deployBuilder(aws, { registry, kanikoArgs, signal });
  say('stack     infrastructure/builder.yaml deployed');

  const builder = await kaniko(engine, await kanikoImage(aws), port, telling);
  if (!builder.real && !engine.host.startsWith('unix://'))
    throw new Error(`the stand-in for kaniko needs an engine on this machine, and DOCKER_HOST is ${engine.host}`);
  const socket = builder.real ? undefined : engine.host.slice('unix://'.length);
  await registerLocalBuilder(aws, { endpoint, image: builder.image, socket });
  say(
    builder.real
      ? `kaniko    ${builder.image}`
      : 'kaniko    a stand-in, as the real image cannot be pulled here: same flags, log and exit codes',
  );
  signal.throwIfAborted();
  const env = { ...withoutAws(), AWS_ENDPOINT_URL: endpoint, AWS_REGION: REGION, ...CREDENTIALS };
  const pids = [record.ministack?.pid, record.engine?.pid].filter((pid) => pid !== undefined);
  return { engine, aws, endpoint, port, busybox, realKaniko: builder.real, env, pids };
}

/**
 * kaniko runs in the host's network. Docker Desktop has one only where it is switched on, a remote engine has another.
 * @param {import('./engine.mjs').Engine} engine
 * @param {string} endpoint
 * @param {string} image
 * @param {AbortSignal} signal
 */
async function checkHostNetwork(engine, endpoint, image, signal) {
  const fetched = ['wget', '-q', '-O', '-', `${endpoint}/_ministack/health`];
  await engine.docker(['run', '--rm', '--network=host', image, ...fetched], signal).catch((error) => {
    throw new Error(
      `containers in the host's network do not reach ${endpoint}. With Docker Desktop: Settings > Resources > Network > Enable host networking\n${error.message}`,
    );
  });
}

/** This machine's own AWS settings, taken away: nothing here may reach a real account. */
function withoutAws() {
  const names = Object.keys(process.env).filter((name) => /^(AWS|FARGATE_CI)_/.test(name));
  const none = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  return { ...Object.fromEntries(names.map((name) => [name, undefined])), ...none };
}

/**
 * Stops what runs under a name, whoever started it, and removes all that it made. Nothing running is no error.
 * @param {string} name
 * @returns {Promise<boolean>} whether something ran
 */
export async function stopCloud(name) {
  const record = await readRecord(name);
  if (!record) return false;
  if (record.ministack) {
    await stopMiniStack(record.ministack);
    // An engine that is gone took its containers along, or will be asked in vain for ever.
    if (record.dockerHost)
      await removeContainers(engineAt(record.dockerHost, false), record.ministack.port).catch((error) => {
        if (!record.engine) console.error(`containers may be left on ${record.dockerHost}: ${error.message}`);
      });
  }
  if (record.engine) await stopEngine(record.engine);
  await rm(join(STATE, name), { recursive: true, force: true });
  return true;
}

/**
 * Hands it over: it stays until someone stops it.
 * @param {string} name
 */
export async function keepCloud(name) {
  const record = await readRecord(name);
  if (record) await writeFile(recordFile(name), JSON.stringify({ ...record, owner: 0 }));
}

/**
 * Whether it stays until someone stops it.
 * @param {string} name
 */
export async function isKept(name) {
  return (await readRecord(name))?.owner === 0;
}

/**
 * MiniStack labels each of its containers with the address that it served on.
 * @param {import('./engine.mjs').Engine} engine
 * @param {number} port
 */
async function removeContainers(engine, port) {
  const listed = await engine.docker(['ps', '-aq', '--filter', `label=ministack.instance=${hostname()}:${port}`]);
  const containers = listed.split('\n').filter(Boolean);
  if (containers.length > 0) await engine.docker(['rm', '--force', '--volumes', ...containers]);
  const images = await engine.docker(['images', '--digests', '--format', '{{.Repository}} {{.Tag}} {{.Digest}}']);
  for (const line of images.split('\n')) {
    const [repository = '', tag, digest] = line.split(' ');
    const standIn = repository === STAND_IN && tag === String(port);
    // A stand-in that was killed leaves what it had built so far.
    const step = repository === STEPS && tag?.startsWith(`${port}-`);
    if (!standIn && !step && !repository.startsWith(`127.0.0.1:${port}/`)) continue;
    await engine.docker([
      'image',
      'rm',
      '--force',
      tag === '<none>' ? `${repository}@${digest}` : `${repository}:${tag}`,
    ]);
  }
}

/**
 * @param {string} name
 * @returns {Promise<Running | undefined>}
 */
async function readRecord(name) {
  try {
    return JSON.parse(await readFile(recordFile(name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}
