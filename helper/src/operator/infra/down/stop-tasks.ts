import { DescribeTasksCommand, type DesiredStatus, paginateListTasks } from '@aws-sdk/client-ecs';
import { awsErrorFacts } from '../../../aws/errors.ts';
import { Failure } from '../../../failure.ts';
import { stopTask } from '../../../task/stop-task.ts';
import { operatorFailure } from '../../operator-failure.ts';
import type { OperatorWorld } from '../../operator-world.ts';

/** StopTask ends a task within its stop timeout, at most two minutes; its network interface goes after that. */
const END_MS = 600_000;
const LOOK_MS = 5_000;
/** What DescribeTasks takes, and ListTasks gives. */
const AT_ONCE = 100;

/**
 * Stops what still runs in a cluster, builds for the most part, and waits until all of it is over: a cluster with tasks
 * cannot be deleted.
 * @throws Failure `timeout` where something does not end, `aws`
 */
export async function stopTasks(world: OperatorWorld, cluster: string): Promise<void> {
  const began = world.clock.now();
  const stopped = new Set<string>();
  for (let told = false; ; told = true) {
    const { running, ending } = await tasksOf(world, cluster);
    if (running.length === 0 && ending.length === 0) return;
    if (world.clock.now() - began >= END_MS) {
      throw new Failure(
        'timeout',
        `tasks of the cluster ${cluster} do not end: ${[...running, ...ending].join(', ')}`,
        {
          hint: 'the same command again waits on; "aws ecs describe-tasks" shows what they wait for',
        },
      );
    }
    for (const arn of running.filter((one) => !stopped.has(one))) {
      world.signal.throwIfAborted();
      if (await stopTask(world, cluster, arn, 'infra down deletes its cluster')) stopped.add(arn);
    }
    if (!told)
      world.report({ type: 'infra-step', topic: 'task', text: `waiting until the tasks of ${cluster} have ended` });
    await world.clock.sleep(LOOK_MS, world.signal);
  }
}

/** ARNs of a cluster's tasks that are to run, and of those that are to end and have not yet. */
async function tasksOf(world: OperatorWorld, cluster: string) {
  const ending: string[] = [];
  for (const arns of chunks(await listTasks(world, cluster, 'STOPPED'))) {
    const request = new DescribeTasksCommand({ cluster, tasks: arns });
    const { tasks = [] } = await world.aws.ecs.send(request, { abortSignal: world.signal }).catch((error) => {
      throw operatorFailure(error, `look at the tasks of the cluster ${cluster}`);
    });
    ending.push(...tasks.flatMap(({ taskArn = '', lastStatus }) => (lastStatus === 'STOPPED' ? [] : taskArn)));
  }
  return { running: await listTasks(world, cluster, 'RUNNING'), ending };
}

async function listTasks({ aws, signal }: OperatorWorld, cluster: string, desiredStatus: DesiredStatus) {
  const arns: string[] = [];
  try {
    for await (const { taskArns = [] } of paginateListTasks({ client: aws.ecs }, { cluster, desiredStatus })) {
      signal.throwIfAborted();
      arns.push(...taskArns);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (awsErrorFacts(error).code === 'ClusterNotFoundException') return [];
    throw operatorFailure(error, `list the tasks of the cluster ${cluster}`);
  }
  return arns;
}

const chunks = (all: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, at) => all.slice(at * AT_ONCE, (at + 1) * AT_ONCE));
