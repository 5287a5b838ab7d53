import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { localConfig } from '../../local/cloud/aws-clients.ts';
import { createLoadBalancer } from '../../local/cloud/load-balancer.ts';
import { aws, cloud, helper, page, pushedDigest, registry, SITE, taskOf, workspace } from './cloud.ts';

async function repositories() {
  const answer = await aws.ecr.send(new DescribeRepositoriesCommand());
  return answer.repositories?.map((repository) => repository.repositoryName);
}

/** The revisions of a revision's family. */
async function revisions(taskDefinition: string) {
  const familyPrefix = taskDefinition.split('/').at(-1)?.split(':')[0];
  const answer = await aws.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix }));
  return answer.taskDefinitionArns;
}

test('build, deploy, the same again, one changed file', async () => {
  const folder = workspace({ Dockerfile: SITE, 'index.html': 'first edition' });
  expect(await repositories()).not.toContain('fargate-ci/site');
  const host = await createLoadBalancer(aws, 'site', 8080);

  const first = await helper('build', { workspace: folder, image: 'site:1' });
  expect({ status: first.status, log: first.log }).toMatchObject({ status: 0 });
  expect(first.result).toMatchObject({
    image: `${registry}/fargate-ci/site:1`,
    digest: await pushedDigest('fargate-ci/site', '1'),
    reference: `${registry}/fargate-ci/site@${first.result.digest}`,
    context: { files: 2 },
  });
  // The command of a RUN comes before its output, and both come before the end.
  expect(first.log).toMatch(/RUN echo built by RUN[\s\S]*pushed/);

  const deployed = await helper('deploy', { workspace: folder, service: 'site', image: first.result, port: 8080 });
  expect({ status: deployed.status, log: deployed.log }).toMatchObject({ status: 0 });
  expect(deployed.result).toMatchObject({ service: 'site', changed: true });
  expect(deployed.result.url).toContain(host);
  expect(await page(host)).toEqual({ status: 200, text: 'first edition' });

  const revision = String(deployed.result.taskDefinition);
  const known = await revisions(revision);
  const again = await helper('deploy', { workspace: folder, service: 'site', image: first.result, port: 8080 });
  expect(again.result).toMatchObject({ changed: false, taskDefinition: deployed.result.taskDefinition });
  expect(await revisions(revision)).toEqual(known);

  writeFileSync(join(folder, 'index.html'), 'second edition');
  const second = await helper('build', { workspace: folder, image: 'site:2' });
  expect(second.status).toBe(0);
  expect(second.result.digest).not.toBe(first.result.digest);
  expect(second.log).toMatch(/layers? from cache/);
  const replaced = await helper('deploy', { workspace: folder, service: 'site', candidates: [second.result] });
  expect(replaced.result).toMatchObject({
    changed: true,
    previousTaskDefinition: deployed.result.taskDefinition,
  });
  expect((await page(host)).text).toBe('second edition');

  // This cloud never lists deployments. So the revision before is not known, but a revision can be named.
  const previous = await helper('deploy', { workspace: folder, service: 'site', rollbackTo: 'previous' });
  expect({ status: previous.status, log: previous.log }).toMatchObject({ status: 2 });
  expect(previous.log).toMatch(/has nothing to go back to: no revision is known to have run before/);
  const rollbackTo = revision.split(':').at(-1);
  const back = await helper('deploy', { workspace: folder, service: 'site', rollbackTo });
  expect({ status: back.status, log: back.log }).toMatchObject({ status: 0 });
  expect(back.result).toMatchObject({ changed: true, taskDefinition: deployed.result.taskDefinition });
  expect((await page(host)).text).toBe('first edition');
});

test('a build sees its secret and nobody else does', async () => {
  const value = 'correct horse battery staple';
  const secretsManager = new SecretsManagerClient(localConfig(cloud.endpoint));
  const secret = { Name: 'fargate-ci/build/token', SecretString: value };
  await secretsManager.send(new CreateSecretCommand(secret));
  secretsManager.destroy();
  const folder = workspace({
    Dockerfile: `FROM busybox:1.36
RUN --mount=type=secret,id=token wc -c < /run/secrets/token
RUN test ! -s /run/secrets/token
`,
  });
  const built = await helper('build', {
    workspace: folder,
    image: 'secretive:1',
    secrets: { token: 'fargate-ci/build/token' },
  });
  expect({ status: built.status, log: built.log }).toMatchObject({ status: 0 });
  expect(built.log).toContain(`| ${value.length}\n`);
  expect(built.log + JSON.stringify(built.result)).not.toContain(value);
  expect(JSON.stringify((await taskOf(built.result.task)).overrides)).not.toContain(value);
});

test('.dockerignore is honoured, and what the context holds arrives as it is', async () => {
  const folder = workspace({
    Dockerfile: `FROM busybox:1.36
COPY . /in
RUN find /in | sort && test ! -e /in/secret.env && test ! -e /in/node_modules && test -e /in/node_modules.txt && sh /in/run.sh
`,
    '.dockerignore': 'node_modules\n*.env\n',
    'node_modules/a/index.js': '',
    'node_modules.txt': '',
    'secret.env': 'x',
    'run.sh': 'echo ran Grüße',
    'ünïcödé/file': '',
  });
  const built = await helper('build', { workspace: folder, image: 'ignoring:1' });
  expect({ status: built.status, log: built.log }).toMatchObject({ status: 0 });
  expect(built.log).toContain('| ran Grüße\n');
  expect(built.log).toContain('| /in/ünïcödé/file\n');
});

test('a long log arrives whole and in order', async () => {
  const digits = '0123456789'.repeat(100);
  const folder = workspace({
    Dockerfile: `FROM busybox:1.36\nRUN for n in $(seq 700); do echo "$n ${digits}"; done\n`,
  });
  const built = await helper('build', { workspace: folder, image: 'talkative:1' });
  expect(built.status).toBe(0);
  const numbers = [...built.log.matchAll(/^ {2}\| (\d+) 0123/gm)].map(([, number]) => Number(number));
  expect(numbers).toEqual(Array.from({ length: 700 }, (_, index) => index + 1));
});

test('push: false builds and pushes nothing', async () => {
  const folder = workspace({ Dockerfile: 'FROM busybox:1.36\nRUN true\n' });
  const built = await helper('build', { workspace: folder, image: 'checked:1', push: false });
  expect(built.result).toMatchObject({ digest: null });
  const refused = await helper('deploy', { workspace: folder, service: 'checked', image: built.result, port: 80 });
  expect(refused).toMatchObject({ status: 2, failure: { category: 'usage' } });
});
