import { join, relative, resolve } from 'node:path';
import type { Cleanup } from '../cleanup.mjs';
import { createLoadBalancer } from '../cloud/load-balancer.ts';
import { isKept, keepCloud, stopCloud } from '../cloud/running-cloud.ts';
import { type Cloud, startCloud } from '../cloud/start-cloud.ts';
import { visit, visitInside } from '../cloud/visit-service.ts';
import type { JsonObject } from '../json-object.ts';
import { ROOT } from '../paths.mjs';
import { runHelper } from '../run-helper.ts';
import { type DemoApp, readApp } from './demo-app.ts';
import { explainKept } from './explain-kept.ts';

// `npm run demo`: what the two steps of a Jenkinsfile do, on this machine. It needs nothing but Node: what is missing
// is installed, what is started is stopped again. `-- PATH` builds another folder with a Dockerfile, `-- --keep` leaves
// everything running, `-- --stop` ends that.

/** Name of the local cloud: its state is in local/.state/NAME. The tests take another one. */
const NAME = process.env.FARGATE_CI_DEMO ?? 'demo';

/** @returns the exit status */
export async function main(argv: readonly string[], cleanup: Cleanup): Promise<number> {
  const unknown = argv.filter((word) => word.startsWith('-') && !['--keep', '--stop'].includes(word));
  const folders = argv.filter((word) => !word.startsWith('-'));
  if (unknown.length > 0 || folders.length > 1) {
    console.error('usage: npm run demo -- [--keep | --stop] [FOLDER]');
    return 2;
  }
  if (argv.includes('--stop')) {
    console.log((await stopCloud(NAME)) ? 'stopped, and cleaned up' : 'nothing is running');
    return 0;
  }
  if (await isKept(NAME)) {
    console.error('a demo is running already; end it with: npm run demo -- --stop');
    return 2;
  }
  const folder = resolve(process.env.INIT_CWD ?? '.', folders[0] ?? join(ROOT, 'example'));
  return await runDemo(folder, argv.includes('--keep'), cleanup);
}

/** Seconds by phase. */
type Times = [phase: string, seconds: number][];

async function runDemo(folder: string, keep: boolean, cleanup: Cleanup): Promise<number> {
  const times: Times = [];
  let [failed, kept] = [false, false];
  try {
    const app = await readApp(folder);
    const cloud = await timed(times, 'start', () => startCloud(NAME, { say: (line) => console.log(line), cleanup }));
    const host = await createLoadBalancer(cloud.aws, app.name, app.port);
    await buildAndDeploy(cloud, app, { folder, times, signal: cleanup.signal });
    await showPage(cloud, app, host, cleanup.signal);
    if (keep) {
      await keepCloud(NAME);
      kept = true;
      explainKept(cloud, { ...app, cloudName: NAME, host, folder: relative(ROOT, folder) || '.' });
    }
  } catch (error) {
    failed = true;
    if (cleanup.signal.aborted) console.error('\nstopping, and cleaning up');
    else console.error(`\n${error instanceof Error ? error.message : error}`);
  }
  if (kept) cleanup.forget();
  else await timed(times, 'clean up', () => cleanup.run());
  const spent = times.map(([phase, seconds]) => `${phase} ${seconds.toFixed(1)} s`).join(', ');
  console.log(`\n${failed ? 'ended' : 'done'}: ${spent}`);
  return cleanup.exitStatus || (failed ? 1 : 0);
}

async function buildAndDeploy(
  cloud: Cloud,
  app: DemoApp,
  { folder, times, signal }: { folder: string; times: Times; signal: AbortSignal },
): Promise<void> {
  const step = async (command: 'build' | 'deploy', parameters: object): Promise<JsonObject> => {
    console.log(`\nJenkinsfile  ${app.lines[command]}`);
    // Jenkins gives each build a number. It is the image's tag where there is no commit.
    const options = { env: { ...cloud.env, BUILD_NUMBER: '1' }, signal, print: true };
    const { status, result } = await timed(times, command, () =>
      runHelper(command, { workspace: folder, ...parameters }, options),
    );
    if (status !== 0) throw new Error(`${command} failed with exit status ${status}`);
    return result;
  };
  const built = await step('build', { image: app.name, ...app.build });
  await step('deploy', { service: app.name, image: built, port: app.port });
}

async function showPage(cloud: Cloud, app: DemoApp, host: string, signal: AbortSignal): Promise<void> {
  // Only on Linux are containers' addresses reachable from outside of the engine.
  const page = process.platform === 'linux' ? await visit(cloud.port, host, signal) : await visitInside(cloud, app);
  console.log(`\nGET http://${host}/  ->  HTTP ${page.status}`);
  for (const line of page.text.trimEnd().split('\n').slice(0, 25)) console.log(`  | ${line}`);
}

async function timed<T>(times: Times, phase: string, action: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await action();
  } finally {
    times.push([phase, (performance.now() - started) / 1000]);
  }
}
