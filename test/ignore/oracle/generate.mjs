// Asks an engine what `COPY . /c/` copies in each case and writes docker-20.10.json beside this file: `copied` by the classic
// builder, `buildkit` where BuildKit differs.
//   DOCKER_HOST=unix:///run/docker.sock node test/ignore/oracle/generate.mjs [path of the docker command]
// Recorded with Debian 12's docker.io 20.10.24, by both of its builders. The tests only read the table.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CASES, TREE } from './cases.mjs';

const docker = process.argv[2] ?? 'docker';

/** @param {string} ignore */
function makeTree(ignore) {
  const root = mkdtempSync(join(tmpdir(), 'ignore-oracle-'));
  for (const path of TREE) {
    mkdirSync(join(root, path.endsWith('/') ? path : dirname(path)), { recursive: true });
    if (!path.endsWith('/'))
      writeFileSync(join(root, path), path === 'Dockerfile' ? 'FROM scratch\nCOPY . /c/\nCMD ["x"]\n' : path);
  }
  writeFileSync(join(root, '.dockerignore'), ignore);
  return root;
}

/** What is below /c, folders with a slash at the end.
 * @param {string} archive path of a tar */
function listing(archive) {
  const { stdout } = spawnSync('tar', ['--quoting-style=literal', '-tf', archive], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((path) => path.startsWith('c/') && path !== 'c/')
    .map((path) => path.slice(2))
    .sort();
}

/** @param {string} root @param {string} archive */
function classic(root, archive) {
  const env = { ...process.env, DOCKER_BUILDKIT: '0' };
  const id = execFileSync(docker, ['build', '-q', '--no-cache', root], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
  const container = execFileSync(docker, ['create', id], { env, encoding: 'utf8' }).trim();
  execFileSync(docker, ['export', '-o', archive, container], { env });
  execFileSync(docker, ['rm', container], { env });
  execFileSync(docker, ['rmi', '-f', id], { env });
}

/** @param {string} root @param {string} archive */
function buildkitTar(root, archive) {
  const env = { ...process.env, DOCKER_BUILDKIT: '1' };
  execFileSync(docker, ['build', '-q', '--no-cache', '--output', `type=tar,dest=${archive}`, root], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** @param {(root: string, archive: string) => void} build @param {string} root */
function ask(build, root) {
  const archive = join(root, '..', `${Date.now()}.tar`);
  try {
    build(root, archive);
    return listing(archive);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return `error: ${text.trim().split('\n').at(-1)?.replaceAll(root, '.')}`;
  } finally {
    rmSync(archive, { force: true });
  }
}

const rows = Object.entries(CASES).map(([name, ignore]) => {
  const root = makeTree(ignore);
  const [copied, buildkit] = [ask(classic, root), ask(buildkitTar, root)];
  rmSync(root, { recursive: true });
  const differs = typeof copied === 'string' || String(copied) !== String(buildkit);
  return `${JSON.stringify(name)}: ${JSON.stringify({ ignore, copied, ...(differs ? { buildkit } : {}) })}`;
});
writeFileSync(join(import.meta.dirname, 'docker-20.10.json'), `{\n${rows.join(',\n')}\n}\n`);
