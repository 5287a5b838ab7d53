import { type BuildScene, makeBuildScene, play, pushes } from '../../support/build-scene.ts';

let scene: BuildScene;
beforeEach(async () => {
  scene = await makeBuildScene();
});
afterEach(() => scene.close());

/** The phases that the build announces to the process, and the exit status. */
async function phases(...flags: string[]): Promise<[number, string[]]> {
  const told: string[] = [];
  const { status } = await scene.build(flags, { enterPhase: async (phase) => void told.push(phase) });
  return [status, told];
}

test('a build lists, sends and waits', async () => {
  scene.double.ecs.tasks.script(play('success'));
  pushes(scene.double);
  expect(await phases()).toEqual([0, ['listing', 'listed', 'sending', 'waiting']]);
});

test('a listing that fails is over, too: what is kept for the next run is kept as at the start', async () => {
  expect(await phases('--dockerfile', 'Nope')).toEqual([2, ['listing', 'listed']]);
});
