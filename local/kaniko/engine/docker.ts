import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { KanikoError } from './error.mjs';
import { explain } from './explain.mjs';
import { output } from './log.mjs';
import { OutputOfRuns } from './progress.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends the docker commands that run. */
export function stop() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * @param {string[]} args
 * @param {(text: string) => void} [onText]
 * @returns {Promise<{ status: number, text: string }>}
 */
export function docker(args, onText) {
  return new Promise((resolve) => {
    const child = spawn('docker', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DOCKER_BUILDKIT: '1' },
    });
    running.add(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part) => {
        text += part;
        onText?.(part);
      });
    }
    child.on('error', (error) => resolve({ status: 127, text: error.message }));
    child.on('close', (code) => {
      running.delete(child);
      resolve({ status: code ?? 1, text });
    });
  });
}

/**
 * @param {string[]} args
 * @returns {Promise<string>} what it printed
 */
export async function must(args) {
  const { status, text } = await docker(args);
  if (status !== 0) throw new KanikoError(`error building image: ${text.trim().split('\n').at(-1)}`);
  return text.trim();
}

/**
 * @param {string} image
 * @returns {Promise<{ config: any, layers: string[], digests: string[] }>} digests: in registries
 */
export async function inspect(image) {
  const format = '[{{json .Config}},{{json .RootFS.Layers}},{{json .RepoDigests}}]';
  const [config, layers, digests] = JSON.parse(await must(['image', 'inspect', '--format', format, image]));
  return { config: config ?? {}, layers: layers ?? [], digests: digests ?? [] };
}

/**
 * One `docker build` of a few lines.
 * @typedef {object} Build
 * @property {string} dockerfile
 * @property {string} folder the context; empty: none is needed
 * @property {string} ignore text of the .dockerignore to go by
 * @property {string[]} tags
 * @property {string[]} options
 */

/**
 * The engine builds; what a RUN prints is printed. Its own cache is never asked: kaniko has another.
 * @param {Build} build
 */
export async function buildImage({ dockerfile, folder, ignore, tags, options }) {
  const own = mkdtempSync(join(tmpdir(), 'kaniko-'));
  const file = join(own, 'Dockerfile');
  writeFileSync(file, dockerfile);
  // Docker looks for an ignore file of this very Dockerfile beside it.
  writeFileSync(`${file}.dockerignore`, ignore);
  const empty = join(own, 'empty');
  mkdirSync(empty);
  const runs = new OutputOfRuns(output);
  const { status, text } = await docker(
    [
      ...['build', '--no-cache', '--progress=plain', '--network=host', `--file=${file}`],
      ...tags.flatMap((tag) => ['--tag', tag]),
      ...options,
      folder || empty,
    ],
    (part) => runs.read(part),
  );
  runs.end();
  if (status !== 0) throw explain(text, folder);
}

/**
 * Copies out of an image what later stages want.
 * @param {string} image
 * @param {readonly string[]} paths absolute, without patterns
 * @param {string} target folder
 */
export async function copyOut(image, paths, target) {
  mkdirSync(target, { recursive: true });
  if (image === 'scratch') return;
  const container = await must(['create', '--entrypoint=/none', image]);
  /** @type {string[]} */
  const done = [];
  for (const path of [...paths].sort()) {
    if (done.some((folder) => folder === '/' || path === folder || path.startsWith(`${folder}/`))) continue;
    const to = join(target, path);
    mkdirSync(dirname(to), { recursive: true });
    // What is not there is told by who asks for it.
    await docker(['cp', '-a', `${container}:${path === '/' ? '/.' : path}`, to]);
    done.push(path);
  }
  await docker(['rm', '--force', '--volumes', container]);
}

/**
 * The same image with another working directory in its configuration, and nothing changed in its files.
 * @param {string} image
 * @param {string} workdir
 * @param {string} tag
 */
export async function moveTo(image, workdir, tag) {
  const { config } = await inspect(image);
  const runs = (config.Entrypoint ?? []).length + (config.Cmd ?? []).length > 0;
  const container = await must(['create', image, ...(runs ? [] : ['/none'])]);
  await must(['commit', `--change=WORKDIR ${workdir}`, container, tag]);
  await docker(['rm', '--force', container]);
}
