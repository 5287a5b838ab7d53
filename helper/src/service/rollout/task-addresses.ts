import { askEc2, DescribeNetworkInterfacesCommand, type NetworkInterface } from '../../aws/ec2-commands.ts';
import type { World } from '../../world.ts';
import { sameRevision } from '../revision.ts';
import type { OurDeployment } from './our-deployment.ts';
import { attachmentDetail, describeTasks, listTasks, privateAddress } from './read-tasks.ts';

/** The addresses of so many tasks are looked for. */
const MOST_TASKS = 100;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** The addresses of the tasks of our revision, with the port where one is given. Public addresses where the tasks have any. */
export async function taskAddresses(world: World, ours: OurDeployment, port: number | undefined): Promise<string[]> {
  const arns = (await listTasks(world, ours, 'RUNNING')).slice(0, MOST_TASKS);
  const tasks = (await describeTasks(world, ours, arns)).filter((task) =>
    sameRevision(task.taskDefinitionArn, ours.taskDefinition),
  );
  const interfaces = tasks.map((task) => ({
    id: attachmentDetail(task, 'networkInterfaceId'),
    privateIp: privateAddress(task),
  }));
  const ids = interfaces.flatMap(({ id }) => id ?? []);
  const publicIps = ids.length === 0 ? new Map<string, string>() : await publicAddresses(world, ids);
  const ips = interfaces.flatMap(({ id, privateIp }) => publicIps.get(id ?? '') ?? privateIp ?? []);
  return ips.map((ip) => (port === undefined ? ip : `${ip}:${port}`));
}

async function publicAddresses(world: World, ids: readonly string[]): Promise<Map<string, string>> {
  try {
    const request = new DescribeNetworkInterfacesCommand({ NetworkInterfaceId: ids });
    return publicAddressesOf((await askEc2(world, request)).networkInterfaceSet ?? []);
  } catch (error) {
    world.signal.throwIfAborted();
    world.report({
      type: 'detail',
      text: `DescribeNetworkInterfaces: ${error instanceof Error ? error.message : error}`,
    });
    return new Map();
  }
}

/** Network interface -> its public address, without those that have none. Pure. */
export function publicAddressesOf(interfaces: readonly NetworkInterface[]): Map<string, string> {
  return new Map(
    interfaces.flatMap(({ networkInterfaceId: id, association }): [string, string][] =>
      id !== undefined && IPV4.test(association?.publicIp ?? '') ? [[id, association?.publicIp ?? '']] : [],
    ),
  );
}
