import { chmod, cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleProgram } from '../bundle.mjs';
import type { DockerEngine } from '../engine/docker-engine.ts';
import { which } from '../install/which.ts';
import { ROOT } from '../paths.mjs';
import { must, run } from '../process.mjs';

/**
 * Makes the image of the stand-in for kaniko. It needs no base image: it has this machine's node, docker and tar with
 * their libraries, and the stand-in, bundled into one file.
 * @param name of the image
 */
export async function makeStandIn(engine: DockerEngine, name: string): Promise<void> {
  if (process.platform !== 'linux')
    throw new Error('the kaniko image could not be pulled, and its stand-in needs Linux: check the network, try again');
  const root = await mkdtemp(join(tmpdir(), 'fargate-ci-kaniko-'));
  try {
    // It becomes the image's root folder, which every user must be able to enter: tests build on this image.
    await chmod(root, 0o755);
    const { docker, plugin } = await dockerWithBuildKit();
    await copyProgram(process.execPath, 'bin/node', root);
    await copyProgram(docker, 'bin/docker', root);
    await copyProgram(which('tar') ?? '/bin/tar', 'bin/tar', root);
    if (plugin) await copyFile(plugin, join(root, 'root/.docker/cli-plugins/docker-buildx'));
    await bundleProgram(join(ROOT, 'local/kaniko/executor.ts'), join(root, 'kaniko/executor.mjs'));
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
 * A docker command that builds with BuildKit. Before version 23 it does so by itself; later ones need the buildx
 * plugin.
 * @returns plugin: its file; empty where none is needed
 */
async function dockerWithBuildKit(): Promise<{ docker: string; plugin: string }> {
  for (const docker of ['/usr/bin/docker', which('docker')]) {
    if (!docker) continue;
    const version = await run(docker, ['--version']);
    if (version.status !== 0) continue;
    if (Number(/version (\d+)/.exec(version.stdout)?.[1]) < 23) return { docker, plugin: '' };
    const format = '{{range .ClientInfo.Plugins}}{{.Name}} {{.Path}}\n{{end}}';
    const plugins = await run(docker, ['info', '--format', format]);
    const plugin = /^buildx (.+)$/m.exec(plugins.stdout)?.[1];
    if (plugin) return { docker, plugin };
  }
  throw new Error('the kaniko stand-in needs BuildKit: install docker-buildx-plugin, or docker.io of Debian 12');
}

/**
 * Copies a program with its libraries.
 * @param target path below the root
 */
async function copyProgram(file: string, target: string, root: string): Promise<void> {
  await copyFile(file, join(root, target));
  // ldd fails for a static program, which needs no libraries.
  const { stdout } = await run('ldd', [file]);
  for (const [, library] of stdout.matchAll(/(\/\S+) \(0x/g)) if (library) await copyFile(library, join(root, library));
}

async function copyFile(file: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await cp(await realpath(file), target);
}
