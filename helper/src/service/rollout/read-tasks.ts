import { DescribeTasksCommand, paginateListTasks, type Task } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type EcsReader, isApiUnavailable, type ServiceName } from '../read-service.ts';
import { type Definition, sameRevision } from '../revision.ts';
import type { OurDeployment } from './our-deployment.ts';

/** The most tasks that DescribeTasks takes. */
const PAGE_SIZE = 100;

/** ARNs of a service's tasks: those that run or are to run, or those that stopped within the last hour. */
export async function listTasks(
  { aws, signal }: EcsReader,
  { cluster, service }: ServiceName,
  desiredStatus: 'RUNNING' | 'STOPPED',
): Promise<string[]> {
  const arns: string[] = [];
  const request = { cluster, serviceName: service, desiredStatus };
  for await (const page of paginateListTasks({ client: aws.ecs }, request, { abortSignal: signal }))
    arns.push(...(page.taskArns ?? []));
  return arns;
}

/** Reads tasks. Tasks that ECS no longer shows are missing in the answer. */
export async function describeTasks(
  { aws, signal }: EcsReader,
  { cluster }: ServiceName,
  arns: readonly string[],
): Promise<Task[]> {
  const tasks: Task[] = [];
  for (let at = 0; at < arns.length; at += PAGE_SIZE) {
    const command = new DescribeTasksCommand({ cluster, tasks: arns.slice(at, at + PAGE_SIZE) });
    tasks.push(...((await aws.ecs.send(command, { abortSignal: signal })).tasks ?? []));
  }
  return tasks;
}

/** A task's private address. Target groups name their targets by it. */
export const privateAddress = (task: Task): string | undefined =>
  attachmentDetail(task, 'privateIPv4Address') ??
  task.containers?.flatMap(({ networkInterfaces }) => networkInterfaces ?? [])[0]?.privateIpv4Address;

/** A detail of a task's network interface, by its name. */
export const attachmentDetail = ({ attachments }: Task, name: string): string | undefined =>
  (attachments ?? []).flatMap(({ details }) => details ?? []).find((detail) => detail.name === name)?.value;

/**
 * True where all tasks of the revision run, and are healthy where a container or a load balancer checks them.
 * @param least how many tasks there must be; a service's own counts are late after a task died
 */
export async function areTasksHealthy(
  world: EcsReader,
  ours: OurDeployment,
  definition: Definition,
  least: number,
): Promise<boolean> {
  const tasks = (await describeTasks(world, ours, await listTasks(world, ours, 'RUNNING'))).filter((task) =>
    sameRevision(task.taskDefinitionArn, ours.taskDefinition),
  );
  const isChecked = hasHealthCheck(definition);
  if (tasks.length < least || !tasks.every((task) => isHealthy(task, isChecked))) return false;
  const unhealthy = await unhealthyTargets(world, ours);
  return tasks.every((task) => !unhealthy.has(privateAddress(task) ?? ''));
}

/** True where ECS checks the health of a container itself. */
export const hasHealthCheck = (definition: Definition): boolean =>
  (definition.containerDefinitions ?? []).some(({ healthCheck }) => healthCheck !== undefined);

/** ECS calls the health UNKNOWN both before the first check has ended and where there are no checks. */
const isHealthy = ({ lastStatus, healthStatus }: Task, isChecked: boolean): boolean =>
  lastStatus === 'RUNNING' && (isChecked ? healthStatus === 'HEALTHY' : healthStatus !== 'UNHEALTHY');

/** Addresses that the load balancers have not found healthy; none where we may not ask. */
async function unhealthyTargets(
  { aws, signal }: EcsReader,
  { targetGroups = [] }: OurDeployment,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const TargetGroupArn of targetGroups) {
    try {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn });
      const { TargetHealthDescriptions: targets = [] } = await aws.elbv2.send(command, { abortSignal: signal });
      for (const { Target: target, TargetHealth: health } of targets)
        if (target?.Id && (health?.State === 'initial' || health?.State === 'unhealthy')) found.add(target.Id);
    } catch (error) {
      if (!isApiUnavailable(error)) throw error;
    }
  }
  return found;
}
