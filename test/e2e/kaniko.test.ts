import { aws, helper, workspace } from './cloud.ts';

// What the stand-in cannot show: `npm run verify:kaniko` runs this where the real image can be pulled.

test('a RUN that is killed fails the build, in the words of a developer', async () => {
  const folder = workspace({ Dockerfile: 'FROM busybox:1.36\nRUN kill -9 $$\n' });
  const built = await helper('build', { workspace: folder, image: 'killed:1' });
  expect({ log: built.log, ...built.failure }).toMatchObject({ category: 'build', exitStatus: 10 });
});

test('layers come back from the cache repository', async () => {
  const folder = workspace({ Dockerfile: 'FROM busybox:1.36\nRUN date > /now\n' });
  const first = await helper('build', { workspace: folder, image: 'cached:1' });
  const second = await helper('build', { workspace: folder, image: 'cached:2' });
  expect(second.log).toMatch(/1 of 1 layers? from cache/);
  expect(second.result.digest).toBe(first.result.digest);
  const { imageDetails } = await aws.json('ecr', 'DescribeImages', { repositoryName: 'fargate-ci/cache/cached' });
  expect(imageDetails.length).toBeGreaterThan(0);
});
