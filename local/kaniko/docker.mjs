import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KanikoError } from './error.mjs';
import { info } from './log.mjs';
import { Progress } from './progress.mjs';
import { manifestDigest, nameOf, parseReference } from './registry.mjs';

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;

/** Ends the docker command that runs. */
export function stop() {
  running?.kill('SIGTERM');
}

/**
 * Builds with the engine; its output becomes kaniko's.
 * @param {string} folder
 * @param {string} dockerfile
 * @param {import('./flags.mjs').Flags} flags
 */
export async function build(folder, dockerfile, flags) {
  const secrets = flags.secrets.flatMap(({ id, env }) => {
    const file = join(tmpdir(), `secret-${id}`);
    writeFileSync(file, process.env[env] ?? '', { mode: 0o600 });
    return ['--secret', `id=${id},src=${file}`];
  });
  const progress = new Progress(flags.cache ? flags.cacheRepo : '');
  const args = [
    'build',
    '--progress=plain',
    '--network=host',
    `--file=${dockerfile}`,
    ...flags.destinations.flatMap((name) => ['--tag', nameOf(parseReference(name))]),
    ...flags.buildArgs.flatMap((pair) => ['--build-arg', pair]),
    ...flags.labels.flatMap((pair) => ['--label', pair]),
    ...(flags.target ? ['--target', flags.target] : []),
    ...(flags.platform ? ['--platform', flags.platform] : []),
    ...(flags.cache ? [] : ['--no-cache']),
    ...secrets,
    folder,
  ];
  const status = await docker(args, (text) => progress.read(text));
  progress.end();
  if (status !== 0) throw explain(progress.text, folder);
}

/**
 * @param {string} text what BuildKit printed
 * @param {string} folder
 */
function explain(text, folder) {
  // What a RUN printed may look like anything: the reason stands below the last rule.
  const reasons = text.slice(Math.max(0, text.lastIndexOf('------')));
  const parse = /dockerfile parse error(?: on)? line (\d+): (.*)/.exec(reasons);
  if (parse)
    return new KanikoError(
      `error building image: parsing dockerfile: dockerfile parse error on line ${parse[1]}: ${parse[2]}`,
    );
  const exit = [...reasons.matchAll(/(?:exit code: |exit status )(\d+)/g)].at(-1)?.[1];
  if (exit !== undefined) {
    const killed = exit === '137';
    const reason = killed ? 'signal: killed' : `exit status ${exit}`;
    return new KanikoError(
      `error building image: error building stage: failed to execute command: waiting for process to exit: ${reason}`,
      killed ? 255 : Number(exit),
    );
  }
  const missing = /"\/([^"]*)":? not found/.exec(reasons)?.[1];
  if (missing !== undefined) {
    const file = join(folder, missing);
    return new KanikoError(
      `error building image: failed to optimize instructions: failed to get files used from context: failed to get fileinfo for ${file}: lstat ${file}: no such file or directory`,
    );
  }
  const last = reasons.trim().split('\n').at(-1) ?? '';
  return new KanikoError(`error building image: ${last.replace(/^(ERROR: )?(failed to solve[^:]*: )?/, '')}`);
}

/**
 * Pushes, and tells the digest that the registry answers.
 * @param {import('./registry.mjs').Reference} destination
 */
export async function push(destination) {
  const name = nameOf(destination);
  info(`Pushing image to ${name}`);
  let printed = '';
  const status = await docker(['push', name], (text) => {
    printed += text;
  });
  const reason = printed.trim().split('\n').at(-1);
  if (status !== 0) throw new KanikoError(`error pushing image: failed to push to destination ${name}: ${reason}`);
  const digest = await manifestDigest(destination);
  info(`Pushed ${destination.registry}/${destination.repository}@${digest}`);
  // Else a deployment could take it from the engine where it should come from the registry.
  await docker(['image', 'rm', name], () => {});
}

/**
 * @param {string[]} args
 * @param {(text: string) => void} onText
 * @returns {Promise<number>}
 */
function docker(args, onText) {
  return new Promise((resolve) => {
    const child = spawn('docker', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DOCKER_BUILDKIT: '1' },
    });
    running = child;
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onText);
    child.on('error', (error) => {
      onText(error.message);
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
