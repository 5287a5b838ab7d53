import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage, docker } from './engine.mjs';

/** Repository of what the engine keeps while a build runs; its tags begin with the local cloud's port. */
export const STEPS = 'fargate-ci/kaniko-step';

/** Makes names that no other build has. */
export const OWN = `${new URL(process.env.S3_ENDPOINT ?? 'http://none:0').port}-${randomBytes(6).toString('hex')}`;

let count = 0;

/**
 * A name for what is needed until the build ends.
 * @param {import('./build.mjs').Build} build
 */
export function temporaryName({ temporary }) {
  const name = `${STEPS}:${OWN}-${count++}`;
  temporary.push(name);
  return name;
}

/** @param {readonly string[]} names */
export async function forget(names) {
  if (names.length > 0) await docker(['image', 'rm', '--force', ...names]);
}

/**
 * A few lines on an image, built by the engine.
 * @typedef {object} Step
 * @property {string} from
 * @property {readonly string[]} lines
 * @property {readonly string[]} [options]
 * @property {string} [folder] the context
 * @property {string} [escapeSign]
 * @property {readonly string[]} [names] beside the temporary one
 */

/**
 * @param {import('./build.mjs').Build} build
 * @param {Step} step
 * @returns {Promise<string>} the new image's name
 */
export async function runStep(build, { from, lines, options = [], folder = '', escapeSign = '\\', names = [] }) {
  const { flags } = build;
  const name = temporaryName(build);
  const directive = escapeSign === '\\' ? [] : [`# escape=${escapeSign}`];
  const platform = flags.platform === '' ? [] : ['--platform', flags.platform];
  const secrets = lines.some((line) => line.startsWith('RUN --mount')) ? secretFiles(flags.secrets) : [];
  await buildImage({
    dockerfile: [...directive, `FROM ${from}`, ...lines, ''].join('\n'),
    folder,
    ignore: folder === build.folder ? readIgnoreFile(folder, flags.dockerfile) : '',
    tags: [name, ...names],
    options: [...options, ...platform, ...secrets],
  });
  return name;
}

/** @param {import('./flags.mjs').Flags['secrets']} secrets */
function secretFiles(secrets) {
  return secrets.flatMap(({ id, env }) => {
    const file = join(tmpdir(), `secret-${id}`);
    writeFileSync(file, process.env[env] ?? '', { mode: 0o600 });
    return ['--secret', `id=${id},src=${file}`];
  });
}

/**
 * A context of these files alone.
 * @param {Readonly<Record<string, string>>} files
 */
export function writeFiles(files) {
  const folder = mkdtempSync(join(tmpdir(), 'kaniko-files-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/**
 * @param {string} folder
 * @param {string} dockerfile
 */
function readIgnoreFile(folder, dockerfile) {
  const file = [`${dockerfile}.dockerignore`, '.dockerignore'].map((name) => join(folder, name)).find(existsSync);
  return file === undefined ? '' : readFileSync(file, 'utf8');
}
