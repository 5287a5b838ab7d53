import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DescribeServicesCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { readDefinition } from '../../local/cloud/builder-stack.ts';
import { ROOT } from '../../local/paths.mjs';
import { aws, helper, registry, workspace } from './cloud.ts';
import {
  giveControllerItsSecret,
  interrupted,
  makeBuilderLocal,
  makeZone,
  offerBases,
  PREFIX,
  pageOf,
  runFargateCi,
  steps,
} from './platform.ts';
import { present } from './present.ts';

// From an empty account to a platform with an app, and back. Each test begins where the one before it ended.
// docs/infra.md ("What it was tried on") tells what is left out because MiniStack lacks it.

const DOMAIN = 'example.test';
const JENKINS = `jenkins.${DOMAIN}`;
const folder = workspace({
  'fargate-ci.yaml': `
domain: ${DOMAIN}
libraryRepository: https://github.com/acme/fargate-ci
builderParameters:
  RepositoryTemplates: 'false'
  Registry: ${registry}/${PREFIX}
`,
});

/** Runs `./fargate-ci infra`. If it fails, the test fails with its output. */
async function infra(...args: string[]): Promise<string> {
  const { status, said } = await runFargateCi(folder, ['infra', ...args]);
  expect({ status, said }).toMatchObject({ status: 0 });
  return said;
}

const kinds = async (): Promise<string[]> => [
  ...new Set((await present(DOMAIN)).map((name) => name.replace(/ [^ ]+$/, ''))),
];

async function environmentOf(family: string): Promise<Record<string, string | undefined>> {
  const { environment = [] } = (await readDefinition(aws, family)).container;
  return Object.fromEntries(environment.map(({ name = '', value }) => [name, value]));
}

beforeAll(async () => {
  await makeZone(DOMAIN);
  await offerBases();
});

test('a plan creates nothing', async () => {
  const plan = await infra('plan');
  for (const stack of ['network', 'builder', 'jenkins']) expect(plan).toContain(`${PREFIX}-${stack}`);
  expect(await present(DOMAIN)).toEqual([]);
});

test('a wrong domain is refused before anything is created', async () => {
  const { status, said } = await runFargateCi(folder, ['infra', 'up', '--domain', 'exampel.test']);
  expect({ status, said }).toEqual({
    status: 2,
    said: expect.stringContaining('hosted zone for jenkins.exampel.test'),
  });
  expect(await present(DOMAIN)).toEqual([]);
});

test('the builder alone comes with the policy for a Jenkins elsewhere', async () => {
  const said = await infra('up', '--only', 'builder');
  expect(said).toMatch(/aws iam attach-role-policy .*policy\/platform\/platform-builder-CallerPolicy/);
  expect(said).toContain(`FARGATE_CI_PREFIX=${PREFIX}`);
  await makeBuilderLocal();
});

test('Ctrl-C while the image is built stops the build and nothing else', async () => {
  const { status, said } = await interrupted(folder, ['infra', 'up'], 'COPY plugins.txt');
  expect({ status, said }).toMatchObject({ status: 130 });
  const { taskArns } = await aws.ecs.send(new ListTasksCommand({ cluster: PREFIX, desiredStatus: 'RUNNING' }));
  expect(taskArns).toEqual([]);
  expect(await infra('status')).toMatch(/platform-builder +CREATE_COMPLETE/);
});

test('the next up goes on from there, to a Jenkins that answers behind HTTPS', async () => {
  const said = await infra('up');
  expect(said).toContain(`building ${registry}/${PREFIX}/jenkins-controller:`);
  expect(said).toContain(`Jenkins is at https://${JENKINS}/`);
  expect(said).toMatch(/aws secretsmanager get-secret-value .*--secret-id platform-jenkins/);
  await giveControllerItsSecret();
  // The page of the health check. The front page answers 403 to a client that is not logged in.
  const login = await pageOf(JENKINS, '/login');
  expect(login.status).toBe(200);
  expect(JSON.parse(login.text)).toEqual({
    url: `https://${JENKINS}/`,
    casc: '/usr/share/jenkins/fargate-ci/casc,/dev/shm/fargate-ci/casc',
    password: false, // not where jobs see it
  });
  expect((await pageOf(JENKINS)).status).toBe(403);
  expect((await pageOf('somewhere.else')).status).toBe(404);
  expect(await infra('status')).toContain(`https://${JENKINS}/  running`);
});

test('up again changes nothing and builds nothing', async () => {
  const said = await infra('up');
  for (const stack of ['network', 'builder', 'jenkins']) {
    expect(said).toContain(`${PREFIX}-${stack} is as it should be`);
  }
  expect(said).toMatch(/jenkins-controller:\w+ is in the registry/);
});

test('doctor finds nothing wrong but what this machine is', async () => {
  const { said } = await runFargateCi(folder, ['doctor']);
  const problems = [...said.matchAll(/^ {2}PROBLEM +(.*?) {2,}/gm)].map(([, check]) => check);
  // Here the builder runs in the network of the host, and nobody has created ECS' own role.
  expect(problems).toEqual(['task definition', 'ECS role']);
  for (const check of ['cluster', 'settings', 'build log', 'build subnets', 'build groups', 'registry']) {
    expect(said).toMatch(new RegExp(`^ {2}ok +${check} `, 'm'));
  }
});

/** The certificate of an app is made here. Only on AWS it is put on the listener. */
const front = ['service', 'shop', '--host', `shop.${DOMAIN}`, '--port', '8080'];
const LEFT_OUT = ['--service-parameters', 'AttachCertificate=false'];

test("an app's front, with certificate and record of its host: planned as on AWS, made but for what MiniStack lacks", async () => {
  const planned = await infra(...front, '--dry-run');
  expect(planned).toContain('create   ElasticLoadBalancingV2 ListenerCertificate');
  const refused = await runFargateCi(folder, ['infra', ...front]);
  if (refused.status !== 0) expect(refused.said).toContain(LEFT_OUT.join(' '));
  const said = await infra(...front, ...LEFT_OUT);
  expect(said).toContain("fargateDeploy(service: 'shop', image: built, port: 8080)");
  const resources = new ListStackResourcesCommand({ StackName: `${PREFIX}-service-shop` });
  const { StackResourceSummaries = [] } = await aws.cloudFormation.send(resources);
  const made = StackResourceSummaries.map(({ ResourceType }) => ResourceType);
  for (const type of ['AWS::CertificateManager::Certificate', 'AWS::Route53::RecordSet']) expect(made).toContain(type);
  expect(await present(DOMAIN)).toContain(`record shop.${DOMAIN}.`);
});

test('the example is built, deployed behind the load balancer by its name alone, and found by its host', async () => {
  const VERSION = 'of the platform';
  const workspace = join(ROOT, 'example');
  const built = await helper('build', { workspace, image: 'shop:1', buildArgs: { VERSION } }, steps);
  expect({ status: built.status, log: built.log }).toMatchObject({ status: 0 });
  const deployed = await helper('deploy', { service: 'shop', image: built.result, port: 8080 }, steps);
  expect({ status: deployed.status, log: deployed.log }).toMatchObject({ status: 0 });
  const { services = [] } = await aws.ecs.send(new DescribeServicesCommand({ cluster: PREFIX, services: ['shop'] }));
  const setting = new GetParameterCommand({ Name: `/${PREFIX}/services/shop/target-group` });
  const { Parameter } = await aws.ssm.send(setting);
  expect(services[0]?.loadBalancers).toMatchObject([{ targetGroupArn: Parameter?.Value, containerPort: 8080 }]);
  const shop = await pageOf(`shop.${DOMAIN}`);
  expect(shop).toEqual({ status: 200, text: expect.stringContaining('<h1>The coffee shop</h1>') });
  expect(shop.text).toContain(`Version ${VERSION}`);
  expect((await pageOf(JENKINS, '/login')).status).toBe(200);
});

test('an update of one stack leaves the others alone', async () => {
  const said = await infra('up', '--executors', '0');
  expect(said).toContain(`${PREFIX}-builder is as it should be`);
  expect(said).toContain(`updated ${PREFIX}-jenkins`);
  expect((await environmentOf(`jenkins-${PREFIX}`)).EXECUTORS).toBe('0');
  await giveControllerItsSecret();
});

test('an update that fails is rolled back, says why, and can be gone on from', async () => {
  const inTheWay = `/${PREFIX}/kaniko-args`;
  await aws.ssm.send(new PutParameterCommand({ Name: inTheWay, Type: 'String', Value: '--by-hand' }));
  const change = ['up', '--builder-parameters', 'KanikoArgs=--single-snapshot'];
  const { status, said } = await runFargateCi(folder, ['infra', ...change]);
  expect({ status, said }).toMatchObject({ status: 20 });
  const report = said.slice(said.indexOf('] FAILED'));
  expect(report).toMatch(/platform-builder could not be updated: KanikoArgsSetting[^\n]*\n[^\n]*already exists/);
  expect(report).toContain('UPDATE_ROLLBACK_COMPLETE');
  await aws.ssm.send(new DeleteParameterCommand({ Name: inTheWay }));
  expect(await infra(...change)).toContain(`updated ${PREFIX}-builder`);
  expect(await infra('up', '--builder-parameters', 'KanikoArgs=')).toContain(`updated ${PREFIX}-builder`);
});

test('a first attempt that failed is removed by the next', async () => {
  const inTheWay = `/${PREFIX}/services/blog/target-group`;
  await aws.ssm.send(new PutParameterCommand({ Name: inTheWay, Type: 'String', Value: 'by hand' }));
  const command = ['service', 'blog', '--path', '/blog'];
  const { status, said } = await runFargateCi(folder, ['infra', ...command]);
  expect({ status, said }).toMatchObject({ status: 20 });
  expect(said).toContain('TargetGroupSetting');
  expect(await infra('status')).toMatch(/platform-service-blog +ROLLBACK_COMPLETE/);
  await aws.ssm.send(new DeleteParameterCommand({ Name: inTheWay }));
  expect(await infra(...command)).toContain('created platform-service-blog');
});

test('down leaves the data alone; up takes it back', async () => {
  const before = await present(DOMAIN);
  const said = await infra('down');
  expect(said).toContain('platform-network');
  // Images, contexts and JENKINS_HOME, and the note by which the next up finds them.
  expect(await kinds()).toEqual(['bucket', `file system ${fileSystemOf(before)} of`, 'repository', 'parameter']);
  expect((await present(DOMAIN)).filter((name) => name.startsWith('parameter'))).toEqual([
    `parameter /${PREFIX}/kept/bucket`,
    `parameter /${PREFIX}/kept/file-system`,
  ]);

  await infra('up');
  const after = await present(DOMAIN);
  for (const kind of ['bucket', 'file system']) {
    expect(after.filter((name) => name.startsWith(kind))).toEqual(before.filter((name) => name.startsWith(kind)));
  }
  expect(after.filter((name) => name.includes('/kept/'))).toEqual([]);
});

test('down with the data leaves nothing', async () => {
  writeFileSync(join(folder, 'fargate-ci.yaml'), '');
  await infra('down', '--delete-data');
  expect(await present(DOMAIN)).toEqual([]);
});

function fileSystemOf(names: readonly string[]): string | undefined {
  return names.find((name) => name.startsWith('file system'))?.split(' ')[2];
}
