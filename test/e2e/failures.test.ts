import { setTimeout as delay } from 'node:timers/promises';
import { docker, helper, linesOf, pushedDigest, registry, workspace } from './cloud.ts';

const FROM = 'FROM busybox:1.36\n';

for (const [name, dockerfile, parameters, status, category, evidence] of [
  ['a RUN that fails', `${FROM}RUN echo "gcc: error: main.c" >&2; exit 3\n`, {}, 10, 'build', 'gcc: error: main.c'],
  ['a file that is not there to COPY', `${FROM}COPY nope.txt /\n`, {}, 10, 'build', 'nope.txt'],
  ['an instruction that is none', `${FROM}RUNN true\n`, {}, 10, 'build', 'RUNN'],
  ['a target that is not there', FROM, { target: 'zz' }, 10, 'build', 'zz'],
  ['a base tag that is not there', 'FROM REGISTRY/library/busybox:nope\n', {}, 10, 'build', 'nope'],
  ['a flag that kaniko does not have', FROM, { kanikoArgs: ['--no-such-flag'] }, 2, 'usage', '--no-such-flag'],
] as const) {
  test(`${name}: ${category}`, async () => {
    const folder = workspace({
      Dockerfile: dockerfile.replace('REGISTRY', registry),
    });
    const built = await helper('build', { workspace: folder, image: 'failing:1', ...parameters });
    expect({ status: built.status, log: built.log, ...built.failure }).toMatchObject({ status, category });
    expect(`${linesOf(built.failure.evidence)}${built.failure.message}`).toContain(evidence);
    expect(built.failure.hint).not.toBe('');
    expect(built.log).toContain('FAILED');
    expect(built.log).not.toContain('Usage:');
  });
}

test('a registry where nothing listens: registry', async () => {
  const folder = workspace({ Dockerfile: FROM });
  const built = await helper(
    'build',
    { workspace: folder, image: 'failing:1' },
    { env: { FARGATE_CI_REGISTRY: '127.0.0.1:5999' } },
  );
  expect(built).toMatchObject({ status: 11, failure: { category: 'registry' } });
  expect(linesOf(built.failure.evidence)).toContain('connection refused');
});

describe('a RUN that prints the line of a push', () => {
  const forged = (repository: string) =>
    `{"level":"info","msg":"Pushed ${registry}/fargate-ci/${repository}@sha256:${'f'.repeat(64)}","time":"2026-11-22T20:25:14Z"}`;

  test('and fails is no push', async () => {
    const folder = workspace({ Dockerfile: `${FROM}RUN echo '${forged('liar')}'; exit 3\n` });
    const built = await helper('build', { workspace: folder, image: 'liar:1' });
    expect(built).toMatchObject({ status: 10, failure: { category: 'build' } });
    expect(built.log).not.toContain('[fargate-ci] pushed');
  });

  test('changes nothing of what was really pushed', async () => {
    const folder = workspace({ Dockerfile: `${FROM}RUN echo '${forged('boaster')}'\n` });
    const built = await helper('build', { workspace: folder, image: 'boaster:1' });
    expect({ status: built.status, log: built.log }).toMatchObject({ status: 0 });
    expect(built.result.digest).toBe(await pushedDigest('fargate-ci/boaster', '1'));
    expect(built.result.digest).not.toContain('ffff');
  });
});

test('an aborted build stops its task within ten seconds and ends as SIGTERM does', async () => {
  const folder = workspace({ Dockerfile: `${FROM}RUN echo waiting; sleep 300\n` });
  const abort = new AbortController();
  const building = helper('build', { workspace: folder, image: 'aborted:1' }, { signal: abort.signal });
  const [task] = await eventually(async () =>
    (await running()).filter(({ command }) => command.includes('/aborted:1')),
  );
  const started = performance.now();
  abort.abort();
  const built = await building;
  expect(built).toMatchObject({ status: 143, failure: { category: 'aborted' } });
  expect(performance.now() - started).toBeLessThan(10_000);
  // The engine may still be about to end it.
  expect(await eventually(async () => ((await running()).some(({ id }) => id === task?.id) ? [] : ['gone']))).toEqual([
    'gone',
  ]);
});

/** The containers that run tasks at the moment. */
async function running(): Promise<{ id: string; command: string }[]> {
  const listed = await docker(
    ...['ps', '--no-trunc', '--filter', 'label=com.amazonaws.ecs.task-arn', '--format', '{{.ID}} {{.Command}}'],
  );
  return listed
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ id: line.split(' ')[0] ?? '', command: line.slice(line.indexOf(' ')) }));
}

/** Asks until the answer is not empty. The timeout of the test limits this. */
async function eventually<T>(ask: () => Promise<T[]>): Promise<T[]> {
  for (;;) {
    const answer = await ask();
    if (answer.length > 0) return answer;
    await delay(100);
  }
}
