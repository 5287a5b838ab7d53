import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { docker, dockerOrFail } from './docker.ts';
import { inspectImage } from './inspect-image.ts';

/**
 * Copies the files out of an image that later stages copy.
 * @param paths absolute, without patterns
 * @param target folder
 */
export async function copyOutOfImage(image: string, paths: readonly string[], target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  if (image === 'scratch') return;
  const container = await dockerOrFail(['create', '--entrypoint=/none', image]);
  const done: string[] = [];
  for (const path of [...paths].sort()) {
    if (done.some((folder) => folder === '/' || path === folder || path.startsWith(`${folder}/`))) continue;
    const to = join(target, path);
    mkdirSync(dirname(to), { recursive: true });
    // A missing file is no error here: the COPY that needs it says so.
    await docker(['cp', '-a', `${container}:${path === '/' ? '/.' : path}`, to]);
    done.push(path);
  }
  await docker(['rm', '--force', '--volumes', container]);
}

/** Makes an image with the same files, and another working directory in its configuration. */
export async function withWorkdir(image: string, workdir: string, tag: string): Promise<void> {
  const { config } = await inspectImage(image);
  const runs = config.Entrypoint.length + config.Cmd.length > 0;
  const container = await dockerOrFail(['create', image, ...(runs ? [] : ['/none'])]);
  await dockerOrFail(['commit', `--change=WORKDIR ${workdir}`, container, tag]);
  await docker(['rm', '--force', container]);
}
