import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ROOT } from '../paths.mjs';

/** What the demo builds and deploys, and the lines of a Jenkinsfile that would do so. */
export interface DemoApp {
  readonly name: string;
  /** The container's port. */
  readonly port: number;
  /** Parameters of the build, beside the image's name. */
  readonly build: Readonly<Record<string, unknown>>;
  readonly lines: { readonly build: string; readonly deploy: string };
}

/**
 * Finds out what a folder's app is called, and which port it has.
 * @throws Error where the folder has no Dockerfile
 */
export async function readApp(folder: string): Promise<DemoApp> {
  const dockerfile = await readFile(join(folder, 'Dockerfile'), 'utf8').catch(() => {
    throw new Error(`there is no Dockerfile in ${folder}`);
  });
  const exposed = [...dockerfile.matchAll(/^\s*EXPOSE\s+(\d+)/gim)].at(-1)?.[1];
  const port = Number(exposed ?? 8080);
  const name =
    basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'app';
  // Only the example's own Jenkinsfile is known to say what the demo does.
  const jenkinsfile = join(folder, 'Jenkinsfile');
  const own = folder === join(ROOT, 'example') && existsSync(jenkinsfile) ? await readFile(jenkinsfile, 'utf8') : '';
  const lineOf = (step: string) =>
    own
      .split('\n')
      .find((line) => line.includes(`${step}(`))
      ?.trim();
  return {
    name: own ? 'shop' : name,
    port,
    build: own ? { buildArgs: { VERSION: 'build 1' } } : {},
    lines: {
      build: lineOf('kanikoBuild') ?? `def built = kanikoBuild(image: '${name}')`,
      deploy: lineOf('fargateDeploy') ?? `fargateDeploy(service: '${name}', image: built, port: ${port})`,
    },
  };
}
