import { chmod, copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installBaseImage, which } from './install.mjs';
import { makeStandIn, STAND_IN } from './kaniko/image.mjs';
import { must, run } from './process.mjs';

/** The example's base image. */
export const BUSYBOX = 'library/busybox:1.36';

/** How long a pull of kaniko's image may take before the stand-in steps in. */
const PULL_MS = 120_000;

/**
 * The real kaniko where the engine has it or can pull it, else the stand-in.
 * @param {import('./engine.mjs').Engine} engine
 * @param {string} image the real one
 * @param {number} port of MiniStack: a name for the stand-in that no other cloud has
 * @param {import('./install.mjs').Telling} telling
 * @returns {Promise<{ image: string, real: boolean }>}
 */
export async function kaniko(engine, image, port, { say, signal }) {
  const env = { DOCKER_HOST: engine.host };
  if ((await run('docker', ['image', 'inspect', image], { env })).status === 0) return { image, real: true };
  if (await isReachable(image.split('/')[0] ?? '')) {
    say(`pulling ${image}`);
    const pull = await run('docker', ['pull', '--quiet', image], {
      env,
      timeoutMs: PULL_MS,
      signal,
    });
    if (pull.status === 0) return { image, real: true };
  }
  const name = `${STAND_IN}:${port}`;
  await makeStandIn(engine, name);
  return { image: name, real: false };
}

/**
 * Where Docker Hub is out of reach, busybox:1.36 comes from this machine's own busybox, in the local registry.
 * @param {import('./engine.mjs').Engine} engine
 * @param {import('./aws.mjs').LocalAws} aws
 * @param {string} registry host:port
 * @param {import('./install.mjs').Telling} telling
 * @returns {Promise<boolean>} false: Docker Hub itself serves
 */
export async function baseImages(engine, aws, registry, telling) {
  if (await isReachable('registry-1.docker.io')) return false;
  await installBaseImage(telling);
  const name = `${registry}/${BUSYBOX}`;
  const root = await mkdtemp(join(tmpdir(), 'fargate-ci-busybox-'));
  try {
    // It becomes the image's root folder: the real kaniko keeps its mode, and every user must get in.
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
  await aws.json('ecr', 'CreateRepository', { repositoryName: BUSYBOX.split(':')[0] });
  await engine.docker(['push', name]);
  await engine.docker(['image', 'rm', name]);
  return true;
}

/** @param {string} registry */
async function isReachable(registry) {
  const answer = await fetch(`https://${registry}/v2/`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  return answer?.status === 200 || answer?.status === 401;
}
