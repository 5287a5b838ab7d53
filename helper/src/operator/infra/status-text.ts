import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { operatorFailure } from '../operator-failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import { refuseParameters } from '../refuse-parameters.ts';
import { conditionOf, type ObservedStack, STACK_ORDER, serviceStackPrefix, stackName } from '../stack/stacks.ts';
import { readPasswordCommand } from './admin-password.ts';
import { readInventory } from './inventory.ts';
import { prefixComplaints, prefixOf } from './stack-prefix.ts';

const CONDITION_WORDS = {
  settled: '',
  busy: ', being changed',
  leftover: ', a failed attempt: infra up removes it and goes on',
  empty: ', planned and never made',
  stuck: ', stuck: infra up says how to go on',
} as const;

/** The text of `infra status`: what is there, line by line. */
export async function statusText(
  world: OperatorWorld,
  params: { readonly prefix: string | undefined },
): Promise<string> {
  const prefix = prefixOf(world, params);
  refuseParameters(prefixComplaints(prefix), 'infra status');
  const { stacks, kept } = await readInventory(world, prefix);
  const lines = [...stacks.values()].sort(byOrderOfCreation(prefix)).map((stack) => describeStack(stack, prefix));
  const builder = stacks.get(stackName(prefix, 'builder'));
  const jenkins = stacks.get(stackName(prefix, 'jenkins'));
  if (lines.length === 0) lines.push(`no stack of the prefix ${prefix} in ${world.aws.region}`);
  if (builder?.outputs.CallerPolicyArn) lines.push(`caller policy  ${builder.outputs.CallerPolicyArn}`);
  if (jenkins?.outputs.Url) {
    lines.push(`Jenkins        ${jenkins.outputs.Url}${await describeJenkinsService(world, builder, jenkins)}`);
    if (jenkins.outputs.AdminSecretArn)
      lines.push(`password       ${readPasswordCommand(jenkins.outputs.AdminSecretArn, world.aws.region)}`);
  }
  if (kept.fileSystem) lines.push(`kept           ${kept.fileSystem}, the file system of Jenkins`);
  if (kept.bucket) lines.push(`kept           ${kept.bucket}, the bucket of build contexts`);
  return `${lines.join('\n')}\n`;
}

/** The main stacks in the order in which they are made, then the stacks of services by their names. */
function byOrderOfCreation(prefix: string) {
  const order: readonly string[] = STACK_ORDER.map((kind) => stackName(prefix, kind));
  const rank = ({ name }: ObservedStack): number => order.indexOf(name) + 1 || order.length + 1;
  return (a: ObservedStack, b: ObservedStack): number => rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
}

function describeStack({ name, status, changed, outputs }: ObservedStack, prefix: string): string {
  const since = changed === 0 ? '' : ` since ${new Date(changed).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const url = name.startsWith(serviceStackPrefix(prefix)) && outputs.Url ? `  ${outputs.Url}` : '';
  return `${name.padEnd(28)} ${status}${since}${CONDITION_WORDS[conditionOf(status)]}${url}`;
}

async function describeJenkinsService(
  { aws, signal }: OperatorWorld,
  builder: ObservedStack | undefined,
  jenkins: ObservedStack,
): Promise<string> {
  const cluster = builder?.outputs.Cluster;
  const name = jenkins.outputs.ServiceName;
  if (cluster === undefined || name === undefined) return '';
  try {
    const { services = [] } = await aws.ecs.send(new DescribeServicesCommand({ cluster, services: [name] }), {
      abortSignal: signal,
    });
    const [service] = services;
    if (service === undefined) return '  its service is missing';
    const { runningCount = 0, desiredCount = 0 } = service;
    if (runningCount >= desiredCount && desiredCount > 0) return '  running';
    const lastEvent = service.events?.[0]?.message;
    return `  ${runningCount} of ${desiredCount} running${lastEvent ? `: ${lastEvent}` : ''}`;
  } catch (error) {
    throw operatorFailure(error, `look at the service ${name}`);
  }
}
