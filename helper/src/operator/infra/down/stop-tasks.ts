import { DescribeTasksCommand, type DesiredStatus, paginateListTasks } from '@aws-sdk/client-ecs';
import { awsErrorFacts } from '../../../aws/errors.ts';
import { Failure } from '../../../failure.ts';
import { stopTask } from '../../../task/stop-task.ts';
import { operatorFailure } from '../../operator-failure.ts';
import type { OperatorWorld } from '../../operator-world.ts';

/** How long tasks may take to end. Their stop timeout is at most two minutes; their network interfaces go after that. */
const TIMEOUT_MS = 600_000;
const POLL_MS = 5_000;
/** The most tasks in one request of DescribeTasks. ListTasks returns pages of as many. */
const PAGE_SIZE = 100;

/**
 * Stops the tasks that still run in a cluster, mostly builds, and waits until they have ended: AWS deletes no cluster that
 * has tasks.
 * @throws Failure `timeout` where a task does not end, `aws`
 */
export async function stopTasks(world: OperatorWorld, cluster: string): Promise<void> {
  const began = world.clock.now();
  const stopped = new Set<string>();
  for (let isReported = false; ; isReported = true) {
    const { running, ending } = await tasksOf(world, cluster);
    if (running.length === 0 && ending.length === 0) return;
    if (world.clock.now() - began >= TIMEOUT_MS) {
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
    if (!isReported)
      world.report({ type: 'infra-step', topic: 'task', text: `waiting until the tasks of ${cluster} have ended` });
    await world.clock.sleep(POLL_MS, world.signal);
  }
}

/** Lists a cluster's tasks: those that run, and those that were told to stop and have not ended yet. */
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
  Array.from({ length: Math.ceil(all.length / PAGE_SIZE) }, (_, at) => all.slice(at * PAGE_SIZE, (at + 1) * PAGE_SIZE));
