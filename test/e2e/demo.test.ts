import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { visit } from '../../local/cloud/visit-service.ts';
import { ROOT, STATE } from '../../local/paths.mjs';
import { run } from '../../local/process.mjs';
import { cloud, docker, SITE, workspace } from './cloud.ts';

/** A name of its own, so that a demo that somebody keeps running is not disturbed. */
const NAME = 'demo-test';
/** The demo uses the engine of these tests, and starts none. */
const SHARED = { DOCKER_HOST: cloud.dockerHost };

function demo(
  args: string[],
  {
    env = {},
    ...options
  }: { env?: Record<string, string>; signal?: AbortSignal; onText?: (text: string) => void } = {},
) {
  return run(process.execPath, [join(ROOT, 'local', 'demo.mjs'), ...args], {
    env: { FARGATE_CI_DEMO: NAME, FARGATE_CI_CLOUD: undefined, ...env },
    timeoutMs: 100_000, // before jest gives up: it cleans up then
    ...options,
  });
}

/** The things that a demo left behind, found by its output: state, mounts, processes, listeners, containers. */
async function leftovers(printed: string): Promise<string[]> {
  const state = join(STATE, NAME);
  const port = /MiniStack at http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1];
  const answers = await fetch(`http://127.0.0.1:${port}/`).then(
    () => [`port ${port} answers`],
    () => [],
  );
  const containers = await docker('ps', '-aq', '--filter', `label=ministack.instance=${hostname()}:${port}`);
  const images = await docker('images', '--format', '{{.Repository}}', `127.0.0.1:${port}/*/*`);
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const processes = readdirSync('/proc').flatMap((pid) => {
    const file = `/proc/${pid}/cmdline`;
    return /^\d+$/.test(pid) && existsSync(file) ? [readFileSync(file, 'utf8')] : [];
  });
  return [
    ...answers,
    ...`${containers}${images}`.split('\n').filter(Boolean),
    ...[...mounts, ...processes].filter((line) => line.includes(state)),
    ...(existsSync(state) ? [state] : []),
  ];
}

test('npm run demo: both steps, the page, and nothing left', async () => {
  const ended = await demo([]);
  expect(ended).toMatchObject({ status: 0, stderr: '' });
  expect(ended.stdout).toMatch(/Jenkinsfile {2}built = kanikoBuild\(image: 'shop'[\s\S]*\[fargate-ci\] pushed/);
  expect(ended.stdout).toMatch(/Jenkinsfile {2}def live = fargateDeploy\(service: 'shop'[\s\S]*\[fargate-ci\] live/);
  expect(ended.stdout).toMatch(/HTTP 200\n[\s\S]*Version build 1,/);
  expect(await leftovers(ended.stdout)).toEqual([]);
});

test('-- --keep PATH: another folder, reachable as it says, until -- --stop', async () => {
  const folder = workspace({ Dockerfile: SITE, 'index.html': 'my own page' });
  const kept = await demo(['--keep', folder], { env: SHARED });
  expect(kept).toMatchObject({ status: 0, stdout: expect.stringContaining('HTTP 200\n  | my own page\n') });
  const curl = /curl -H 'Host: (\S+)' (http:\S+)/.exec(kept.stdout);
  const address = new URL(curl?.[2] ?? '');
  const fetched = await visit(Number(address.port), curl?.[1] ?? '', AbortSignal.timeout(60_000));
  expect(fetched).toEqual({ status: 200, text: 'my own page' });
  expect(await demo([], { env: SHARED })).toMatchObject({ status: 2, stderr: expect.stringContaining('--stop') });
  expect(await demo(['--stop'])).toMatchObject({ status: 0 });
  expect(await leftovers(kept.stdout)).toEqual([]);
});

test('Ctrl-C while it builds: cleaned up, and no result is claimed', async () => {
  const folder = workspace({ Dockerfile: 'FROM busybox:1.36\nRUN echo waiting; sleep 300\n' });
  const abort = new AbortController();
  let printed = '';
  const ended = await demo([folder], {
    env: SHARED,
    signal: abort.signal,
    onText: (text) => {
      printed += text;
      if (printed.includes('| waiting')) abort.abort();
    },
  });
  expect(ended.status).toBe(143);
  expect(ended.stdout).not.toContain('HTTP 200');
  expect(await leftovers(ended.stdout)).toEqual([]);
});
