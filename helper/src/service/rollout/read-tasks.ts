import { DescribeTasksCommand, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { World } from '../../world.ts';
import { isApiUnavailable, type ServiceName } from '../read-service.ts';
import { type Definition, sameRevision } from '../revision.ts';
import type { OurDeployment } from './our-deployment.ts';

type Reader = Pick<World, 'aws' | 'signal'>;

const PAGE = 100;

/** ARNs of a service's tasks that are to run, or that stopped within the last hour. */
export async function listTasks(
  { aws, signal }: Reader,
  { cluster, service }: ServiceName,
  desiredStatus: 'RUNNING' | 'STOPPED',
): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await aws.ecs.send(
      new ListTasksCommand({ cluster, serviceName: service, desiredStatus, ...(nextToken ? { nextToken } : {}) }),
      { abortSignal: signal },
    );
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}

/** Those tasks of a list that ECS still shows. */
export async function describeTasks(
  { aws, signal }: Reader,
  { cluster }: ServiceName,
  arns: readonly string[],
): Promise<Task[]> {
  const tasks: Task[] = [];
  for (let at = 0; at < arns.length; at += PAGE) {
    const command = new DescribeTasksCommand({ cluster, tasks: arns.slice(at, at + PAGE) });
    tasks.push(...((await aws.ecs.send(command, { abortSignal: signal })).tasks ?? []));
  }
  return tasks;
}

/**
 * True where the service's tasks are well: running, and healthy where a container or a load balancer checks them.
 * @param least so many at least; the counts that a service shows are late after a task died
 */
export async function areTasksHealthy(
  world: Reader,
  ours: OurDeployment,
  definition: Definition,
  least: number,
): Promise<boolean> {
  const tasks = (await describeTasks(world, ours, await listTasks(world, ours, 'RUNNING'))).filter((task) =>
    sameRevision(task.taskDefinitionArn, ours.taskDefinition),
  );
  const isChecked = (definition.containerDefinitions ?? []).some(({ healthCheck }) => healthCheck !== undefined);
  if (tasks.length < least || !tasks.every((task) => isWell(task, isChecked))) return false;
  const unwell = await unwellTargets(world, ours);
  return tasks.every((task) => !unwell.has(addressOf(task) ?? ''));
}

/** UNKNOWN is the health of a task whose checks have not come to an end, and of one that has none. */
const isWell = ({ lastStatus, healthStatus }: Task, isChecked: boolean): boolean =>
  lastStatus === 'RUNNING' && (isChecked ? healthStatus === 'HEALTHY' : healthStatus !== 'UNHEALTHY');

/** A task's private address, which is its name in a target group. */
const addressOf = ({ attachments, containers }: Task): string | undefined =>
  (attachments ?? []).flatMap(({ details }) => details ?? []).find(({ name }) => name === 'privateIPv4Address')
    ?.value ?? containers?.flatMap(({ networkInterfaces }) => networkInterfaces ?? [])[0]?.privateIpv4Address;

/** Addresses that a load balancer of the service has not found healthy; where it may not be asked, none. */
async function unwellTargets(
  { aws, signal }: Reader,
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
