import { DescribeTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { awsErrorFacts, awsFailure } from '../aws/errors.ts';
import type { World } from '../world.ts';

/** Whether a task can still come to something. */
const isAlive = ({ lastStatus, desiredStatus }: Task): boolean =>
  lastStatus !== 'STOPPED' && desiredStatus !== 'STOPPED';

/** A task older than this was not started by the call that answers it. Clocks may differ so much. */
const OLD_MS = 60_000;

/**
 * Whether the task in RunTask's answer runs: to a repeated token it may be one that is over, shown as it was when it was
 * new.
 */
export async function stillRuns(world: World, cluster: string, task: Task): Promise<boolean> {
  const age = task.createdAt === undefined ? 0 : world.clock.now() - task.createdAt.getTime();
  if (age < OLD_MS || !isAlive(task)) return isAlive(task);
  return (await findRunning(world, cluster, [task.taskArn ?? ''])) !== undefined;
}

/**
 * The tasks that a client token has started before, with another request: ECS names them in its ConflictException.
 * @returns undefined for any other error
 */
export function startedBefore(error: unknown): readonly string[] | undefined {
  if (awsErrorFacts(error).code !== 'ConflictException') return undefined;
  const ids: unknown = error instanceof Error ? Reflect.get(error, 'resourceIds') : undefined;
  return Array.isArray(ids) ? ids.map(String) : [];
}

/**
 * The first of some tasks that still runs. One that is over, or that ECS has forgotten, is none to go on with.
 * @throws Failure `aws` where ECS refuses to tell: starting a second one instead would be a guess
 */
export async function findRunning(
  { aws, signal }: World,
  cluster: string,
  arns: readonly string[],
): Promise<Task | undefined> {
  if (arns.length === 0) return undefined;
  try {
    const command = new DescribeTasksCommand({ cluster, tasks: [...arns] });
    const { tasks = [] } = await aws.ecs.send(command, { abortSignal: signal });
    return tasks.find(isAlive);
  } catch (error) {
    signal.throwIfAborted();
    throw awsFailure(error, 'look at the task that an earlier call of this build has started (ecs:DescribeTasks)');
  }
}
