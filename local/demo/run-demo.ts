import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { isKept, keepCloud, startCloud, stopCloud } from './cloud.mjs';
import { runHelper } from './helper.mjs';
import { Cleanup } from './interrupt.mjs';
import { ROOT, STATE } from './paths.mjs';
import { createLoadBalancer } from './stack.mjs';
import { visit, visitInside } from './visit.mjs';

// `npm run demo`: what a Jenkinsfile's two steps do, on this machine. Beside Node it needs nothing: what is missing is
// installed, what is started is stopped again. `-- PATH` builds another folder with a Dockerfile, `-- --keep` leaves it
// running, `-- --stop` ends that.

/** Its state is in local/.state/NAME; the tests take another one. */
const NAME = process.env.FARGATE_CI_DEMO ?? 'demo';
const options = process.argv.slice(2);
const unknown = options.filter((option) => option.startsWith('-') && !['--keep', '--stop'].includes(option));
const folders = options.filter((option) => !option.startsWith('-'));

if (unknown.length > 0 || folders.length > 1) {
  console.error('usage: npm run demo -- [--keep | --stop] [FOLDER]');
  process.exitCode = 2;
} else if (options.includes('--stop')) {
  console.log((await stopCloud(NAME)) ? 'stopped, and cleaned up' : 'nothing is running');
} else if (await isKept(NAME)) {
  console.error('a demo is running already; end it with: npm run demo -- --stop');
  process.exitCode = 2;
} else {
  await demo(resolve(process.env.INIT_CWD ?? '.', folders[0] ?? join(ROOT, 'example')));
}

/** @param {string} folder to build */
async function demo(folder) {
  const cleanup = new Cleanup().listen();
  /** @type {[string, number][]} */
  const times = [];
  let [failed, kept] = [false, false];
  try {
    const app = await readApp(folder);
    const cloud = await timed(times, 'start', () => startCloud(NAME, { say: (line) => console.log(line), cleanup }));
    const host = await createLoadBalancer(cloud.aws, app.name, app.port);
    /** @param {'build' | 'deploy'} command @param {string} line @param {object} parameters */
    const step = async (command, line, parameters) => {
      console.log(`\nJenkinsfile  ${line}`);
      const outcome = await timed(times, command, () =>
        runHelper(
          command,
          { workspace: folder, ...parameters },
          {
            // Jenkins gives each build a number; the tag where there is no commit.
            env: { ...cloud.env, BUILD_NUMBER: '1' },
            signal: cleanup.signal,
            print: true,
          },
        ),
      );
      if (outcome.status !== 0) throw new Error(`${command} failed with exit status ${outcome.status}`);
      return outcome.result;
    };
    const built = await step('build', app.lines.build, { image: app.name, ...app.build });
    await step('deploy', app.lines.deploy, { service: app.name, image: built, port: app.port });

    // A laptop's engine keeps its containers' addresses to itself.
    const page =
      process.platform === 'linux' ? await visit(cloud, host, cleanup.signal) : await visitInside(cloud, app);
    console.log(`\nGET http://${host}/  ->  HTTP ${page.status}`);
    for (const line of page.text.trimEnd().split('\n').slice(0, 25)) console.log(`  | ${line}`);
    if (options.includes('--keep')) {
      await keepCloud(NAME);
      kept = true;
      explainKept(cloud, host, { ...app, folder: relative(ROOT, folder) || '.' });
    }
  } catch (error) {
    failed = true;
    if (cleanup.signal.aborted) console.error('\nstopping, and cleaning up');
    else console.error(`\n${error instanceof Error ? error.message : error}`);
  }
  if (!kept) await timed(times, 'clean up', () => cleanup.run());
  const spent = times.map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`).join(', ');
  console.log(`\n${failed ? 'ended' : 'done'}: ${spent}`);
  process.exitCode = cleanup.exitStatus || (failed ? 1 : 0);
}

/**
 * What is built, and how a Jenkinsfile would say so.
 * @param {string} folder
 */
async function readApp(folder) {
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
  const jenkinsfile = join(folder, 'Jenkinsfile');
  const own = folder === join(ROOT, 'example') && existsSync(jenkinsfile) ? await readFile(jenkinsfile, 'utf8') : '';
  const find = (/** @type {string} */ step) =>
    own
      .split('\n')
      .find((line) => line.includes(`${step}(`))
      ?.trim();
  return {
    name: own ? 'shop' : name,
    port,
    build: own ? { buildArgs: { VERSION: 'build 1' } } : {},
    lines: {
      build: find('kanikoBuild') ?? `def built = kanikoBuild(image: '${name}')`,
      deploy: find('fargateDeploy') ?? `fargateDeploy(service: '${name}', image: built, port: ${port})`,
    },
  };
}

/**
 * @param {import('./cloud.mjs').Cloud} cloud
 * @param {string} host
 * @param {{ name: string, port: number, folder: string }} app
 */
function explainKept(cloud, host, { name, port, folder }) {
  const exports = Object.entries(cloud.env).filter(([, value]) => value !== undefined);
  console.log(`\nIt stays. To go on, paste this into a shell in ${ROOT}:`);
  for (const [key, value] of [...exports, ['DOCKER_HOST', cloud.engine.host]])
    console.log(`  export ${key}='${value}'`);
  console.log('then, for instance:');
  console.log(`  ./fargate-ci build --image ${name}:2 --context ${folder}`);
  console.log(`  ./fargate-ci deploy --service ${name} --image ${name}:2 --port ${port}`);
  console.log(`  curl -H 'Host: ${host}' ${cloud.endpoint}/`);
  console.log('  docker ps');
  console.log(`Logs are in ${relative(process.cwd(), join(STATE, NAME)) || '.'}/. To end it:  npm run demo -- --stop`);
}

/**
 * @template T
 * @param {[string, number][]} times
 * @param {string} name
 * @param {() => Promise<T>} action
 */
async function timed(times, name, action) {
  const started = performance.now();
  try {
    return await action();
  } finally {
    times.push([name, (performance.now() - started) / 1000]);
  }
}
