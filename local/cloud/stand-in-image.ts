import { chmod, cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { which } from '../install.mjs';
import { must, run } from '../process.mjs';

/** Repository of the stand-in's image; each local cloud has a tag of its own. */
export const STAND_IN = 'fargate-ci/kaniko-stand-in';

/**
 * Makes the stand-in's image without any base: this machine's node, docker and tar with the libraries that they load,
 * and the script.
 * @param {import('../engine.mjs').Engine} engine
 * @param {string} name of the image
 */
export async function makeStandIn(engine, name) {
  if (process.platform !== 'linux')
    throw new Error('the kaniko image could not be pulled, and its stand-in needs Linux: check the network, try again');
  const root = await mkdtemp(join(tmpdir(), 'fargate-ci-kaniko-'));
  try {
    // It becomes the image's root folder, and tests build on it: every user must get in.
    await chmod(root, 0o755);
    const { docker, plugin } = await dockerWithBuildKit();
    for (const [file, target] of [
      [process.execPath, 'bin/node'],
      [docker, 'bin/docker'],
      [which('tar') ?? '/bin/tar', 'bin/tar'],
    ]) {
      await copyProgram(file ?? '', join(root, target ?? ''), root);
    }
    if (plugin) await copyFile(plugin, join(root, 'root/.docker/cli-plugins/docker-buildx'));
    await cp(dirname(fileURLToPath(import.meta.url)), join(root, 'kaniko'), { recursive: true });
    await mkdir(join(root, 'tmp'), { mode: 0o1777 });
    const archive = `${root}.tar`;
    await must('tar', ['-C', root, '-c', '-f', archive, '.']);
    try {
      await engine.docker([
        'import',
        '--change=ENTRYPOINT ["/bin/node","/kaniko/executor.mjs"]',
        '--change=ENV PATH=/bin HOME=/root DOCKER_HOST=unix:///var/run/docker.sock',
        archive,
        name,
      ]);
    } finally {
      await rm(archive, { force: true });
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/**
 * The docker command that builds by BuildKit: one before 23 does so by itself, later ones need the buildx plugin.
 * @returns {Promise<{ docker: string, plugin: string }>}
 */
async function dockerWithBuildKit() {
  for (const docker of ['/usr/bin/docker', which('docker')]) {
    if (!docker) continue;
    const version = await run(docker, ['--version']);
    if (version.status !== 0) continue;
    if (Number(/version (\d+)/.exec(version.stdout)?.[1]) < 23) return { docker, plugin: '' };
    const plugins = await run(docker, [
      'info',
      '--format',
      '{{range .ClientInfo.Plugins}}{{.Name}} {{.Path}}\n{{end}}',
    ]);
    const plugin = /^buildx (.+)$/m.exec(plugins.stdout)?.[1];
    if (plugin) return { docker, plugin };
  }
  throw new Error('the kaniko stand-in needs BuildKit: install docker-buildx-plugin, or docker.io of Debian 12');
}

/**
 * @param {string} file
 * @param {string} target
 * @param {string} root
 */
async function copyProgram(file, target, root) {
  await copyFile(file, target);
  const { stdout } = await run('ldd', [file]); // fails for a static program: no libraries then
  for (const [, library] of stdout.matchAll(/(\/\S+) \(0x/g)) if (library) await copyFile(library, join(root, library));
}

/**
 * @param {string} file
 * @param {string} target
 */
async function copyFile(file, target) {
  await mkdir(dirname(target), { recursive: true });
  await cp(await realpath(file), target);
}
