import { DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { aws, helper, workspace } from './cloud.ts';
import { inside } from './executor.ts';

// What the stand-in cannot show: `npm run verify:kaniko` runs this where the real image can be pulled, and with it all
// other tests here. Those of kaniko's cache are in layers.test.ts.

test('a RUN that is killed fails the build, in the words of a developer', async () => {
  const folder = workspace({ Dockerfile: 'FROM busybox:1.36\nRUN kill -9 $$\n' });
  const built = await helper('build', { workspace: folder, image: 'killed:1' });
  expect({ log: built.log, ...built.failure }).toMatchObject({ category: 'build', exitStatus: 10 });
});

test('layers come back from the cache repository, in an image of its own', async () => {
  const folder = workspace({ Dockerfile: 'FROM busybox:1.36\nRUN date > /now\n' });
  const first = await helper('build', { workspace: folder, image: 'cached:1' });
  const second = await helper('build', { workspace: folder, image: 'cached:2' });
  expect(second.log).toMatch(/1 of 1 layers? from cache/);
  expect(second.result.digest).not.toBe(first.result.digest); // kaniko stamps it with the time
  const { imageDetails = [] } = await aws.ecr.send(
    new DescribeImagesCommand({ repositoryName: 'fargate-ci/cache/cached' }),
  );
  expect(imageDetails.length).toBeGreaterThan(0);
});

test('a file that a cached stage had removed and made again is copied from it', async () => {
  const sources = (source: string) => ({
    source,
    Dockerfile: `FROM busybox:1.36 AS other
RUN mkdir /made && echo first > /made/file
RUN rm /made/file
RUN echo again > /made/file
FROM busybox:1.36
COPY source /source
COPY --from=other /made /made
`,
  });
  for (const source of ['first', 'changed']) {
    const built = await helper('build', { workspace: workspace(sources(source)), image: 'again:1' });
    expect({ status: built.status, log: built.log }).toMatchObject({ status: 0 });
    expect(await inside(String(built.result.reference), 'cat /made/*')).toBe('again\n');
  }
});
