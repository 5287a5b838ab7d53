import { spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { localConfig } from '../../local/cloud/aws-clients.ts';
import { BUILDER_FAMILY, readDefinition, type SingleContainer } from '../../local/cloud/builder-stack.ts';
import { makeStandIn } from '../../local/cloud/stand-in-image.ts';
import { engineAt } from '../../local/engine/docker-engine.ts';
import { ROOT } from '../../local/paths.mjs';
import { run } from '../../local/process.mjs';
import { aws, cloud, docker, makeRepository, page, registry } from './cloud.ts';

/** The prefix of the stacks that `infra` makes here. The builder of the other tests has the default prefix. */
export const PREFIX = 'platform';

const env = {
  ...cloud.env,
  // `infra` is used from a shell here. The setting of the builder itself stays free for the test of a broken update.
  FARGATE_CI_PREFIX: PREFIX,
  FARGATE_CI_KANIKO_ARGS: `--insecure --insecure-pull --registry-map=index.docker.io=${registry}`,
};

/** Runs `./fargate-ci` in a folder, as a person would do. */
export async function runFargateCi(folder: string, args: readonly string[]) {
  const { status, stdout, stderr } = await run(join(ROOT, 'fargate-ci'), args, { cwd: folder, env });
  return { status, said: stdout + stderr };
}

/** The same, with Ctrl-C as soon as it has printed something. */
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

/** The settings of this platform for the steps, as Jenkins has them in its environment. */
export const steps = { env };

/** Pushes an image of the engine into the registry, which also plays Docker Hub. */
async function offer(image: string, name: string): Promise<void> {
  const [repositoryName = ''] = name.split(':');
  await makeRepository(repositoryName);
  await docker('tag', image, `${registry}/${name}`);
  await docker('push', '--quiet', `${registry}/${name}`);
}

/** Pushes small stand-ins for the base images of the controller under their names, and busybox for the app. */
export async function offerBases(): Promise<void> {
  const [node, base] = [`${registry}/base/node`, `${registry}/base/jenkins`];
  await makeStandIn(engineAt(cloud.dockerHost, false), node);
  const bases = [`--build-arg=NODE=${node}`, `--build-arg=SHELL_IMAGE=${cloud.busybox}`];
  await docker('build', '--quiet', ...bases, `--tag=${base}`, join(ROOT, 'test/e2e/controller-base'));
  await offer(base, 'jenkins/jenkins:lts-jdk21');
  await offer(base, 'library/node:24-bookworm-slim');
  await offer(cloud.busybox, 'library/busybox:1.36');
}

/** Registers a revision of a family, with something changed. @returns its ARN */
async function revise(
  family: string,
  change: (definition: SingleContainer) => Partial<RegisterTaskDefinitionCommandInput>,
): Promise<string> {
  const definition = await readDefinition(aws, family);
  const { taskDefinition } = await aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      containerDefinitions: [definition.container],
      ...definition.taskDefinition,
      ...change(definition),
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

/**
 * Gives the builder what the local one of the other tests has: the host's network, the stand-in, the engine's socket.
 */
export async function makeBuilderLocal(): Promise<void> {
  const { taskDefinition: local, container } = await readDefinition(aws, BUILDER_FAMILY);
  const { image, environment, mountPoints } = container;
  await revise(`${PREFIX}-kaniko`, (builder) => ({
    networkMode: local.networkMode,
    requiresCompatibilities: undefined,
    volumes: local.volumes,
    containerDefinitions: [{ ...builder.container, image, environment, mountPoints }],
  }));
}

/** Starts Jenkins with its password, because MiniStack's CloudFormation drops the secrets and volumes of a task definition. */
export async function giveControllerItsSecret(): Promise<void> {
  const secretsManager = new SecretsManagerClient(localConfig(cloud.endpoint));
  const { SecretList = [] } = await secretsManager.send(new ListSecretsCommand());
  secretsManager.destroy();
  const secret = SecretList.find(({ Name = '' }) => Name.startsWith(`${PREFIX}-jenkins`));
  const taskDefinition = await revise(`jenkins-${PREFIX}`, ({ container }) => ({
    volumes: [],
    containerDefinitions: [
      { ...container, mountPoints: [], secrets: [{ name: 'ADMIN_PASSWORD', valueFrom: secret?.ARN }] },
    ],
  }));
  await aws.ecs.send(new UpdateServiceCommand({ cluster: PREFIX, service: 'jenkins', taskDefinition }));
}

/** A page through the HTTPS listener of the platform's load balancer. MiniStack finds the load balancer by path, and the rule by host. */
export async function pageOf(host: string, path = '/') {
  const { LoadBalancers = [] } = await aws.loadBalancing.send(new DescribeLoadBalancersCommand());
  const balancer = LoadBalancers.find(({ LoadBalancerName = '' }) => LoadBalancerName.startsWith(PREFIX));
  return page(`${host}:443`, `/_alb/${balancer?.LoadBalancerName}${path}`);
}

/** Makes a public hosted zone. */
export async function makeZone(domain: string): Promise<void> {
  const route53 = new Route53Client(localConfig(cloud.endpoint));
  await route53.send(new CreateHostedZoneCommand({ Name: domain, CallerReference: domain }));
  route53.destroy();
}
