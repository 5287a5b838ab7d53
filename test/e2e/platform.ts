import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { elements } from '../../local/aws.mjs';
import { engineAt } from '../../local/engine.mjs';
import { makeStandIn } from '../../local/kaniko/image.mjs';
import { ROOT } from '../../local/paths.mjs';
import { run } from '../../local/process.mjs';
import { aws, cloud, docker, page, registry } from './cloud.ts';

/** Prefix of the stacks that `infra` makes here; the builder of the other tests has the default one. */
export const PREFIX = 'platform';

const env = {
  ...cloud.env,
  // As `infra` is used from a shell; the builder's own setting stays free for a test of a broken update.
  FARGATE_CI_PREFIX: PREFIX,
  FARGATE_CI_KANIKO_ARGS: `--insecure --insecure-pull --registry-map=index.docker.io=${registry}`,
};

/** Runs `./fargate-ci` in a folder, as a person would. */
export async function fargateCi(folder: string, args: readonly string[]) {
  const { status, stdout, stderr } = await run(join(ROOT, 'fargate-ci'), args, { cwd: folder, env });
  return { status, said: stdout + stderr };
}

/** The same, with Ctrl-C as soon as it has said something. */
export function interrupted(folder: string, args: readonly string[], when: string) {
  const child = spawn(join(ROOT, 'fargate-ci'), args, { cwd: folder, env: { ...process.env, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (!said.includes(when) && (said + text).includes(when)) child.kill('SIGINT');
      said += text;
    });
  }
  return new Promise<{ status: number | null; said: string }>((resolve) => {
    child.on('close', (status) => resolve({ status, said }));
  });
}

/** The steps' parameters of this platform: what Jenkins has in its environment. */
export const steps = { env };

/** Pushes an image of the engine's into the registry that stands for Docker Hub too. */
async function offer(image: string, name: string): Promise<void> {
  const [repositoryName = ''] = name.split(':');
  await aws.json('ecr', 'CreateRepository', { repositoryName }).catch((error: Error) => {
    if (!error.message.includes('RepositoryAlreadyExists')) throw error;
  });
  await docker('tag', image, `${registry}/${name}`);
  await docker('push', '--quiet', `${registry}/${name}`);
}

/** Small stand-ins for the bases of the controller's image, under their names; and busybox for the app's. */
export async function offerBases(): Promise<void> {
  const [node, base] = [`${registry}/base/node`, `${registry}/base/jenkins`];
  await makeStandIn(engineAt(cloud.dockerHost, false), node);
  const bases = [`--build-arg=NODE=${node}`, `--build-arg=SHELL_IMAGE=${cloud.busybox}`];
  await docker('build', '--quiet', ...bases, `--tag=${base}`, join(ROOT, 'test/e2e/controller-base'));
  await offer(base, 'jenkins/jenkins:lts-jdk21');
  await offer(base, 'library/node:24-bookworm-slim');
  await offer(cloud.busybox, 'library/busybox:1.36');
}

/** A revision of a family, with something changed. @returns its ARN */
async function revise(family: string, change: (definition: Record<string, unknown>) => object): Promise<string> {
  const { taskDefinition } = await aws.json('ecs', 'DescribeTaskDefinition', { taskDefinition: family });
  const answer = await aws.json('ecs', 'RegisterTaskDefinition', { ...taskDefinition, ...change(taskDefinition) });
  return answer.taskDefinition.taskDefinitionArn;
}

/** Gives the builder what the local one of the other tests has: the host's network, the stand-in, the engine's socket. */
export async function makeBuilderLocal(): Promise<void> {
  const { taskDefinition: local } = await aws.json('ecs', 'DescribeTaskDefinition', {
    taskDefinition: 'fargate-ci-kaniko',
  });
  const [{ image, environment, mountPoints }] = local.containerDefinitions;
  await revise(`${PREFIX}-kaniko`, ({ containerDefinitions }) => ({
    networkMode: local.networkMode,
    requiresCompatibilities: undefined,
    volumes: local.volumes,
    containerDefinitions: [{ ...one(containerDefinitions), image, environment, mountPoints }],
  }));
}

/** MiniStack's CloudFormation drops a task definition's secrets and volumes: Jenkins is started with its password. */
export async function giveControllerItsSecret(): Promise<void> {
  const { SecretList } = await aws.json('secretsmanager', 'ListSecrets', {});
  const { ARN } = SecretList.find(({ Name }: { Name: string }) => Name.startsWith(`${PREFIX}-jenkins`));
  const taskDefinition = await revise(`jenkins-${PREFIX}`, ({ containerDefinitions }) => ({
    volumes: [],
    containerDefinitions: [
      { ...one(containerDefinitions), mountPoints: [], secrets: [{ name: 'ADMIN_PASSWORD', valueFrom: ARN }] },
    ],
  }));
  await aws.json('ecs', 'UpdateService', { cluster: PREFIX, service: 'jenkins', taskDefinition });
}

function one(list: unknown): object {
  if (!Array.isArray(list) || typeof list[0] !== 'object') throw new TypeError('a container was expected');
  return list[0];
}

/** A page through the HTTPS listener of the platform's load balancer; MiniStack finds it by path, the rule by host. */
export async function pageOf(host: string, path = '/') {
  const names = elements(await aws.query('elasticloadbalancing', 'DescribeLoadBalancers', {}), 'LoadBalancerName');
  const name = names.find((each) => each.startsWith(PREFIX));
  return page(`${host}:443`, `/_alb/${name}${path}`);
}

/** Makes a public hosted zone. */
export async function makeZone(domain: string): Promise<void> {
  const call = `<CreateHostedZoneRequest><Name>${domain}</Name><CallerReference>${domain}</CallerReference></CreateHostedZoneRequest>`;
  await aws.rest('route53', '/2013-04-01/hostedzone', call);
}

/** Names of all that is there of this prefix, each behind its kind. */
export async function present(domain: string): Promise<string[]> {
  const of = async (kind: string, names: Promise<string[]> | string[]) =>
    (await names).filter((name) => name.includes(PREFIX) || name.includes(domain)).map((name) => `${kind} ${name}`);
  const listed = (service: 'ec2' | 'iam' | 'elasticloadbalancing', action: string, element: string) =>
    aws.query(service, action, {}).then((xml) => elements(xml, element));
  const zones = elements(await aws.rest('route53', '/2013-04-01/hostedzone'), 'Id');
  const records = await Promise.all(zones.map((id) => aws.rest('route53', `/2013-04-01${id}/rrset`)));
  const { logGroups } = await aws.json('logs', 'DescribeLogGroups', {});
  const { SecretList } = await aws.json('secretsmanager', 'ListSecrets', {});
  const { repositories } = await aws.json('ecr', 'DescribeRepositories', {});
  const { Parameters } = await aws.json('ssm', 'GetParametersByPath', { Path: `/${PREFIX}`, Recursive: true });
  const { clusterArns } = await aws.json('ecs', 'ListClusters', {});
  const { families } = await aws.json('ecs', 'ListTaskDefinitionFamilies', { familyPrefix: PREFIX, status: 'ACTIVE' });
  const stacks = await aws.query('cloudformation', 'DescribeStacks', {});
  const all = await Promise.all([
    of('stack', elements(stacks, 'StackName')),
    of('load balancer', listed('elasticloadbalancing', 'DescribeLoadBalancers', 'LoadBalancerName')),
    of('target group', listed('elasticloadbalancing', 'DescribeTargetGroups', 'TargetGroupName')),
    of('security group', listed('ec2', 'DescribeSecurityGroups', 'groupName')),
    of('VPC', listed('ec2', 'DescribeVpcs', 'value')), // of its tags
    of('role', listed('iam', 'ListRoles', 'RoleName')),
    of('policy', listed('iam', 'ListPolicies', 'PolicyName')),
    of('cluster', clusterArns),
    of('task definition', families),
    of('bucket', elements(await aws.rest('s3', '/'), 'Name')),
    of('file system', fileSystems(await aws.rest('elasticfilesystem', '/2015-02-01/file-systems'))),
    of(
      'repository',
      repositories.map((each: { repositoryName: string }) => each.repositoryName),
    ),
    of(
      'secret',
      SecretList.map(({ Name }: { Name: string }) => Name),
    ),
    of(
      'parameter',
      Parameters.map(({ Name }: { Name: string }) => Name),
    ),
    of(
      'log group',
      logGroups.map((each: { logGroupName: string }) => each.logGroupName),
    ),
    of(
      'record',
      records.flatMap((xml) => elements(xml, 'Name')).filter((name) => name !== `${domain}.`),
    ),
  ]);
  return all.flat();
}

/** They have no names; nothing else here makes any. */
function fileSystems(json: string): string[] {
  const { FileSystems } = JSON.parse(json);
  return FileSystems.map(({ FileSystemId }: { FileSystemId: string }) => `${FileSystemId} of ${PREFIX}`);
}
