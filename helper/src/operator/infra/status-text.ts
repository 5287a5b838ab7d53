import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { operatorFailure } from '../operator-failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import { conditionOf, type ObservedStack, stackName } from '../stack/stacks.ts';
import { readInventory } from './inventory.ts';
import { prefixComplaints, prefixOf } from './stack-prefix.ts';
import { readSecretCommand } from './up/next-steps.ts';
import { refuseParameters } from './up/up-complaints.ts';
import type { StatusParameters } from './up/up-parameters.ts';

const CONDITIONS = {
  settled: '',
  busy: ', being changed',
  leftover: ', a failed attempt: infra up removes it and goes on',
  empty: ', planned and never made',
  stuck: ', stuck: infra up says how to go on',
} as const;

/** What is there, line by line. */
export async function statusText(world: OperatorWorld, params: StatusParameters): Promise<string> {
  const prefix = prefixOf(world, params);
  refuseParameters(prefixComplaints(prefix), 'infra status');
  const { stacks, kept } = await readInventory(world, prefix);
  const lines = [...stacks.values()].sort(byOrder(prefix)).map(describeStack);
  const builder = stacks.get(stackName(prefix, 'builder'));
  const jenkins = stacks.get(stackName(prefix, 'jenkins'));
  if (lines.length === 0) lines.push(`no stack of the prefix ${prefix} in ${world.aws.region}`);
  if (builder?.outputs.CallerPolicyArn) lines.push(`caller policy  ${builder.outputs.CallerPolicyArn}`);
  if (jenkins?.outputs.Url) {
    lines.push(`Jenkins        ${jenkins.outputs.Url}${await describeJenkinsService(world, builder, jenkins)}`);
    if (jenkins.outputs.AdminSecretArn)
      lines.push(`password       ${readSecretCommand(jenkins.outputs.AdminSecretArn, world.aws.region)}`);
  }
  if (kept.fileSystem) lines.push(`kept           ${kept.fileSystem}, the file system of Jenkins`);
  if (kept.bucket) lines.push(`kept           ${kept.bucket}, the bucket of build contexts`);
  return `${lines.join('\n')}\n`;
}

/** In the order in which they are made; services last, by name. */
function byOrder(prefix: string) {
  const rank = ({ name }: ObservedStack): number =>
    ['network', 'builder', 'jenkins'].indexOf(name.slice(prefix.length + 1)) + 1 || 9;
  return (a: ObservedStack, b: ObservedStack): number => rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
}

function describeStack({ name, status, changed, outputs }: ObservedStack): string {
  const when = changed === 0 ? '' : ` since ${new Date(changed).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const url = name.includes('-service-') && outputs.Url ? `  ${outputs.Url}` : '';
  return `${name.padEnd(28)} ${status}${when}${CONDITIONS[conditionOf(status)]}${url}`;
}

async function describeJenkinsService(
  { aws, signal }: OperatorWorld,
  builder: ObservedStack | undefined,
  jenkins: ObservedStack,
): Promise<string> {
  const [cluster, service] = [builder?.outputs.Cluster, jenkins.outputs.ServiceName];
  if (cluster === undefined || service === undefined) return '';
  try {
    const { services = [] } = await aws.ecs.send(new DescribeServicesCommand({ cluster, services: [service] }), {
      abortSignal: signal,
    });
    const [one] = services;
    if (one === undefined) return '  its service is missing';
    const { runningCount = 0, desiredCount = 0 } = one;
    if (runningCount >= desiredCount && desiredCount > 0) return '  running';
    const last = one.events?.[0]?.message;
    return `  ${runningCount} of ${desiredCount} running${last ? `: ${last}` : ''}`;
  } catch (error) {
    throw operatorFailure(error, `look at the service ${service}`);
  }
}
