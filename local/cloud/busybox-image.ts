import { chmod, copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import type { DockerEngine } from '../engine/docker-engine.ts';
import type { InstallOptions } from '../install/install-options.ts';
import { installBaseImage } from '../install/system-tools.ts';
import { which } from '../install/which.ts';
import { must } from '../process.mjs';
import type { LocalAws } from './aws-clients.ts';
import { isReachable } from './reachable-registry.ts';

const REPOSITORY = 'library/busybox';

/** The example's base image, without a registry. */
export const BUSYBOX = `${REPOSITORY}:1.36`;

/**
 * Makes busybox:1.36 of this machine's own busybox in the local registry, if Docker Hub cannot be reached.
 * @param registry `host:port` of the local one
 * @returns whether it was made
 */
export async function replaceBusybox(
  engine: DockerEngine,
  aws: LocalAws,
  registry: string,
  options: InstallOptions,
): Promise<boolean> {
  if (await isReachable('registry-1.docker.io')) return false;
  await installBaseImage(options);
  const name = `${registry}/${BUSYBOX}`;
  const root = await mkdtemp(join(tmpdir(), 'fargate-ci-busybox-'));
  try {
    // It becomes the image's root folder, which every user must be able to enter. The real kaniko keeps its mode.
    await chmod(root, 0o755);
    const busybox = which('busybox') ?? 'busybox';
    for (const folder of ['bin', 'etc', 'tmp', 'root']) await mkdir(join(root, folder));
    await copyFile(busybox, join(root, 'bin/busybox'));
    for (const applet of (await must(busybox, ['--list'])).trim().split('\n')) {
      if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
    }
    await must('tar', ['-C', root, '-c', '-f', `${root}.tar`, '.']);
    await engine.docker(['import', '--change=CMD ["sh"]', '--change=ENV PATH=/bin', `${root}.tar`, name]);
  } finally {
    await rm(root, { recursive: true, force: true });
    await rm(`${root}.tar`, { force: true });
  }
  await aws.ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY }));
  await engine.docker(['push', name]);
  await engine.docker(['image', 'rm', name]);
  return true;
}
