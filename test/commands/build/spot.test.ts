import { neverStarts, noCapacity, spotInterruption, task } from '../../double/scripts/task-scripts.ts';
import { type BuildScene, DIGEST, makeBuildScene, play } from '../../support/build-scene.ts';

let scene: BuildScene;
beforeEach(async () => {
  scene = await makeBuildScene();
});
afterEach(() => scene.close());

const kinds = () => scene.double.calls('RunTask').map(({ input }) => input.launchType ?? 'SPOT');
const FALLBACK = ['--spot', '--spot-fallback'];
const interrupted = spotInterruption({ lines: play('run-fails').lines?.slice(0, 5) ?? [] });

for (const [name, first] of [
  ['has no capacity', noCapacity],
  ['is taken back while the build runs', interrupted],
] as const) {
  test(`Spot ${name}: the build runs on demand and succeeds with one image`, async () => {
    scene.double.ecs.tasks.script(first, play('success'));
    const { double } = scene;
    double.on('RunTask', ({ launchType }) => launchType && double.ecr.push('fargate-ci/shop', '1.4.2', DIGEST));
    const { status, stderr, outcome } = await scene.build(FALLBACK);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect([kinds()[0], kinds().at(-1)]).toEqual(['SPOT', 'FARGATE']);
    expect(stderr.match(/\[fargate-ci\] pushed/g)).toHaveLength(1);
    expect(stderr).toMatch(/warning .*(runs on demand|begins anew, on demand)/);
    expect(outcome).toMatchObject({ result: { task: scene.double.ecs.tasks.all.at(-1)?.arn } });
  });
}

test('Spot is taken back after a push was printed but not done: only the second build counts', async () => {
  scene.double.ecs.tasks.script(spotInterruption({ lines: play('success').lines ?? [] }), play('run-fails'));
  const { status, stderr } = await scene.build(FALLBACK);
  expect(status).toBe(10);
  expect(stderr).not.toContain('[fargate-ci] pushed');
});

test('a build that fails by itself on Spot is not run again', async () => {
  scene.double.ecs.tasks.script(play('run-fails'));
  expect((await scene.build(FALLBACK)).status).toBe(10);
  expect(kinds()).toEqual(['SPOT']);
});

test('a task that Fargate does not start three times: one clear failure', async () => {
  scene.double.ecs.tasks.script(neverStarts('Capacity is unavailable at this time.', 4_000));
  const { status, stderr } = await scene.build();
  expect(status).toBe(12);
  expect(stderr).toContain('FAILED  Fargate has no capacity for the task at the moment');
  expect(kinds()).toHaveLength(3);
});

test('the time on Spot counts towards the timeout', async () => {
  scene.double.ecs.tasks.script(interrupted, task({ running: 1e7 }));
  const { status } = await scene.build([...FALLBACK, '--timeout', '5']);
  expect(status).toBe(13);
  expect(scene.double.clock.elapsed()).toBeLessThan(330_000);
});

test('a fallback without Spot is refused', async () => {
  const { status, stderr } = await scene.build(['--spot-fallback']);
  expect(status).toBe(2);
  expect(stderr).toContain('spotFallback says what comes after Spot: it needs spot: true');
});
