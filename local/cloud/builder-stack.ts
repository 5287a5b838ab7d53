import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { elements } from './aws.mjs';
import { REGION } from './ministack.mjs';
import { ROOT } from './paths.mjs';

/** Name of the local stack, and the prefix of all that it makes. */
export const PREFIX = 'fargate-ci';

/**
 * Deploys infrastructure/builder.yaml as anyone would, into the default network.
 * @param {import('./aws.mjs').LocalAws} aws
 * @param {{ registry: string, kanikoArgs: string[], signal: AbortSignal }} options registry: host:port of the local one
 */
export async function deployBuilder(aws, { registry, kanikoArgs, signal }) {
  const [vpc = ''] = elements(await aws.query('ec2', 'DescribeVpcs', {}), 'vpcId');
  const all = elements(await aws.query('ec2', 'DescribeSubnets', {}), 'subnetId');
  const subnets = [...new Set(all)].slice(0, 2).join(',');
  const parameters = {
    VpcId: vpc,
    Subnets: subnets,
    AppSubnets: subnets,
    RepositoryTemplates: 'false', // MiniStack has none: the helper creates repositories
    Registry: `${registry}/${PREFIX}`,
    KanikoArgs: kanikoArgs.join(' '),
  };
  /** @type {Record<string, string>} */
  const form = {
    StackName: `${PREFIX}-builder`,
    TemplateBody: await readFile(join(ROOT, 'infrastructure', 'builder.yaml'), 'utf8'),
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
  };
  for (const [index, [key, value]] of Object.entries(parameters).entries()) {
    form[`Parameters.member.${index + 1}.ParameterKey`] = key;
    form[`Parameters.member.${index + 1}.ParameterValue`] = value;
  }
  await aws.query('cloudformation', 'CreateStack', form);
  const name = { StackName: `${PREFIX}-builder` };
  for (;;) {
    signal.throwIfAborted();
    const [status = ''] = elements(await aws.query('cloudformation', 'DescribeStacks', name), 'StackStatus');
    if (status === 'CREATE_COMPLETE') return;
    if (status !== 'CREATE_IN_PROGRESS')
      throw new Error(`infrastructure/builder.yaml: ${status}${await reasons(aws, name)}`);
    await delay(100);
  }
}

/**
 * @param {import('./aws.mjs').LocalAws} aws
 * @param {{ StackName: string }} name
 */
async function reasons(aws, name) {
  const events = await aws.query('cloudformation', 'DescribeStackEvents', name);
  const failed = events.split('<member>').filter((event) => /_FAILED</.test(event));
  return failed
    .map((event) => `\n  ${elements(event, 'LogicalResourceId')[0]}: ${elements(event, 'ResourceStatusReason')[0]}`)
    .join('');
}

/**
 * The image that the template gives the builder.
 * @param {import('./aws.mjs').LocalAws} aws
 * @returns {Promise<string>}
 */
export async function kanikoImage(aws) {
  const { taskDefinition } = await aws.json('ecs', 'DescribeTaskDefinition', { taskDefinition: `${PREFIX}-kaniko` });
  return taskDefinition.containerDefinitions[0].image;
}

/**
 * Registers a revision of the builder that runs here: in the host's network, so that 127.0.0.1 is S3, ECR and all else
 * for kaniko too. The template knows nothing of this.
 * @param {import('./aws.mjs').LocalAws} aws
 * @param {{ endpoint: string, image: string, socket: string | undefined }} local socket: the engine's, for the stand-in
 */
export async function registerLocalBuilder(aws, { endpoint, image, socket }) {
  const { taskDefinition } = await aws.json('ecs', 'DescribeTaskDefinition', { taskDefinition: `${PREFIX}-kaniko` });
  const [container] = taskDefinition.containerDefinitions;
  const environment = {
    ...Object.fromEntries((container.environment ?? []).map((/** @type {any} */ pair) => [pair.name, pair.value])),
    S3_ENDPOINT: endpoint,
    S3_FORCE_PATH_STYLE: 'true',
    ...CREDENTIALS,
    AWS_REGION: REGION,
  };
  await aws.json('ecs', 'RegisterTaskDefinition', {
    family: taskDefinition.family,
    networkMode: 'host',
    cpu: taskDefinition.cpu,
    memory: taskDefinition.memory,
    executionRoleArn: taskDefinition.executionRoleArn,
    taskRoleArn: taskDefinition.taskRoleArn,
    containerDefinitions: [
      {
        ...container,
        image,
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
        ...(socket && { mountPoints: [{ sourceVolume: 'engine', containerPath: '/var/run/docker.sock' }] }),
      },
    ],
    ...(socket && { volumes: [{ name: 'engine', host: { sourcePath: socket } }] }),
  });
}

/** Keys that MiniStack takes; they open nothing. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/**
 * A load balancer before a service, as a platform's own stack would make it: the service finds its target group by the
 * settings.
 * @param {import('./aws.mjs').LocalAws} aws
 * @param {string} service
 * @param {number} port of the container
 * @returns {Promise<string>} the load balancer's name in the DNS
 */
export async function createLoadBalancer(aws, service, port) {
  const [vpc = ''] = elements(await aws.query('ec2', 'DescribeVpcs', {}), 'vpcId');
  const subnets = [...new Set(elements(await aws.query('ec2', 'DescribeSubnets', {}), 'subnetId'))];
  const group = await aws.query('elasticloadbalancing', 'CreateTargetGroup', {
    Name: service,
    Protocol: 'HTTP',
    Port: String(port),
    VpcId: vpc,
    TargetType: 'ip',
  });
  const [targetGroup = ''] = elements(group, 'TargetGroupArn');
  const balancer = await aws.query('elasticloadbalancing', 'CreateLoadBalancer', {
    Name: service,
    'Subnets.member.1': subnets[0] ?? '',
    'Subnets.member.2': subnets[1] ?? subnets[0] ?? '',
  });
  await aws.query('elasticloadbalancing', 'CreateListener', {
    LoadBalancerArn: elements(balancer, 'LoadBalancerArn')[0] ?? '',
    Protocol: 'HTTP',
    Port: '80',
    'DefaultActions.member.1.Type': 'forward',
    'DefaultActions.member.1.TargetGroupArn': targetGroup,
  });
  const parameter = `/${PREFIX}/services/${service}/target-group`;
  await aws.json('ssm', 'PutParameter', { Name: parameter, Type: 'String', Value: targetGroup, Overwrite: true });
  return elements(balancer, 'DNSName')[0] ?? '';
}
