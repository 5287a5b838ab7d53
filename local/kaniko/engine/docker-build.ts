import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printRunOutput } from '../kaniko-log.ts';
import { docker } from './docker.ts';
import { explainFailure } from './explain-failure.ts';
import { RunOutput } from './run-output.ts';

/** One `docker build` of a few lines. */
export interface DockerBuild {
  /** Its text. */
  readonly dockerfile: string;
  /** The context's folder; empty where no context is needed. */
  readonly folder: string;
  /** Text of the .dockerignore that counts. */
  readonly ignore: string;
  readonly tags: readonly string[];
  readonly options: readonly string[];
}

/**
 * Lets the engine build, and prints what the RUNs print. The engine's own cache is off: kaniko's cache decides.
 * @throws KanikoError in kaniko's words
 */
export async function buildImage({ dockerfile, folder, ignore, tags, options }: DockerBuild): Promise<void> {
  const own = mkdtempSync(join(tmpdir(), 'kaniko-'));
  const file = join(own, 'Dockerfile');
  writeFileSync(file, dockerfile);
  // Docker prefers the ignore file that stands beside the Dockerfile and has its name.
  writeFileSync(`${file}.dockerignore`, ignore);
  const empty = join(own, 'empty');
  mkdirSync(empty);
  const runs = new RunOutput(printRunOutput);
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
  if (status !== 0) throw explainFailure(text, folder);
}
