import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Build } from '../build.ts';
import { docker } from '../engine/docker.ts';
import { buildImage } from '../engine/docker-build.ts';
import type { BuildSecret } from '../executor-flags.ts';
import { STEP_REPOSITORY } from '../repositories.ts';

/** A part of names that no other build uses. */
export const BUILD_ID = `${new URL(process.env.S3_ENDPOINT ?? 'http://none:0').port}-${randomBytes(6).toString('hex')}`;

let count = 0;

/** A name for an image that is needed only until the build ends. */
export function temporaryName({ temporary }: Pick<Build, 'temporary'>): string {
  const name = `${STEP_REPOSITORY}:${BUILD_ID}-${count++}`;
  temporary.push(name);
  return name;
}

/** Makes the engine forget images. */
export async function removeImages(names: readonly string[]): Promise<void> {
  if (names.length > 0) await docker(['image', 'rm', '--force', ...names]);
}

/** A few lines of a Dockerfile that the engine builds on an image. */
export interface EngineStep {
  /** The image. */
  readonly from: string;
  readonly lines: readonly string[];
  /** Options of `docker build`. */
  readonly options?: readonly string[];
  /** The context's folder; none by default. */
  readonly folder?: string;
  readonly escapeSign?: string;
  /** Names of the new image, beside the temporary one. */
  readonly names?: readonly string[];
}

/** @returns the new image's name */
export async function runStep(
  build: Pick<Build, 'flags' | 'folder' | 'temporary'>,
  { from, lines, options = [], folder = '', escapeSign = '\\', names = [] }: EngineStep,
): Promise<string> {
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

/** Options that give the build its secrets. The engine reads them from files. */
function secretFiles(secrets: readonly BuildSecret[]): string[] {
  return secrets.flatMap(({ id, env }) => {
    const file = join(tmpdir(), `secret-${id}`);
    writeFileSync(file, process.env[env] ?? '', { mode: 0o600 });
    return ['--secret', `id=${id},src=${file}`];
  });
}

/** Makes a context of these files alone. @returns its folder */
export function writeContext(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'kaniko-files-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function readIgnoreFile(folder: string, dockerfile: string): string {
  const file = [`${dockerfile}.dockerignore`, '.dockerignore'].map((name) => join(folder, name)).find(existsSync);
  return file === undefined ? '' : readFileSync(file, 'utf8');
}
