import { RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { BUILDER_FAMILY, readDefinition } from '../../local/cloud/builder-stack.ts';
import { aws, helper, linesOf, workspace } from './cloud.ts';
import { inside, isStandIn, withoutFlags } from './executor.ts';

// kaniko's cache, and what a change of the sources changes. All of it is true for the real kaniko and for the stand-in.

/** Sources that name the day, each in a way that kaniko by default leaves out of the key of a layer. */
const sources = (day: string) => ({
  Dockerfile: `FROM busybox:1.36 AS other
COPY src/day /day

from busybox:1.36
COPY --from=other /day /from-stage
RUN <<EOF
echo ${day} > /run-heredoc
EOF
COPY <<EOF /copy-heredoc
${day}
EOF
ARG D
COPY file /copy-arg/$D/file
WORKDIR /workdir-arg/$D
COPY file .
`,
  '.dockerignore': '*\n!src\n!file\n',
  'src/day': `${day}\n`,
  file: 'the same\n',
});

// The engine makes the folder of WORKDIR, so a file in the folder tells which one it was.
const LOOK =
  'for f in from-stage run-heredoc copy-heredoc; do echo $f $(cat /$f); done; ls /copy-arg/*/file /workdir-arg/*/file';

const CASES = [
  ['COPY --from a stage, with an allow list in .dockerignore', /^from-stage (.*)$/m],
  ['RUN with a heredoc', /^run-heredoc (.*)$/m],
  ['COPY of a heredoc', /^copy-heredoc (.*)$/m],
  ['COPY to a folder that an ARG names', /^\/copy-arg\/(.*)\/file$/m],
  ['WORKDIR that an ARG names', /^\/workdir-arg\/(.*)\/file$/m],
] as const;

describe('without the feature flags kaniko gives yesterday’s layers, and says that all is well', () => {
  let content = '';

  beforeAll(async () => {
    for (const day of ['yesterday', 'today']) {
      const built = await withoutFlags(workspace(sources(day)), 'stale', day, [`--build-arg=D=${day}`]);
      expect({ status: built.status, log: built.log }).toMatchObject({ status: 0 });
      content = await inside(built.reference, LOOK);
    }
  });

  test.each(CASES)('%s', (_, pattern) => {
    expect(pattern.exec(content)?.[1]).toBe('yesterday');
  });
});

describe('as the step builds, a changed source is a changed image', () => {
  let content = '';
  let log = '';

  beforeAll(async () => {
    for (const D of ['yesterday', 'today', 'today']) {
      const built = await helper('build', { workspace: workspace(sources(D)), image: 'fresh:1', buildArgs: { D } });
      expect({ status: built.status, log: built.log }).toMatchObject({ status: 0 });
      log = built.log;
      content ||= D === 'today' ? await inside(String(built.result.reference), LOOK) : '';
    }
  });

  test.each(CASES)('%s', (_, pattern) => {
    expect(pattern.exec(content)?.[1]).toBe('today');
  });

  test('and an unchanged one comes from the cache, a stage that nobody needs then as one line', () => {
    expect(log).toMatch(/stage\s+other\s+from cache/);
    expect(log).toContain('(7 of 7 layers from cache)');
    expect(log).not.toContain('layers from the cache may be those of other sources');
  });
});

// The real one is as new as the template has it.
const onStandIn = (await isStandIn()) ? test : test.skip;

onStandIn('a kaniko that is too old for the flags builds; log and result say what may be wrong', async () => {
  const { taskDefinition, container } = await readDefinition(aws, BUILDER_FAMILY);
  const environment = [...(container.environment ?? []), { name: 'KANIKO_STAND_IN', value: 'old' }];
  await aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      ...taskDefinition,
      family: 'old-kaniko',
      containerDefinitions: [{ ...container, environment }],
    }),
  );
  const built = await helper(
    'build',
    { workspace: workspace({ Dockerfile: 'FROM busybox:1.36\nRUN true\n' }), image: 'old:1' },
    { env: { FARGATE_CI_BUILDER_FAMILY: 'old-kaniko' } },
  );
  expect({ status: built.status, log: built.log }).toMatchObject({ status: 0 });
  const warning = 'layers from the cache may be those of other sources';
  expect(built.log).toContain(warning);
  expect(linesOf(built.result.warnings)).toContain(warning);
});
