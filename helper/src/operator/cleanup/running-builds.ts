import { DescribeTasksCommand, paginateListTasks, type Task } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { awsErrorFacts } from '../../aws/errors.ts';
import { TIMEOUT_VARIABLE } from '../../commands/build/task-identity.ts';
import { ecsNow } from '../../ecs/server-time.ts';
import { operatorFailure } from '../operator-failure.ts';
import type { OperatorWorld } from '../operator-world.ts';

/** A build that runs. Times are milliseconds. */
export interface RunningBuild {
  readonly arn: string;
  readonly id: string;
  /** `fargate-ci/job/number`; empty where ECS does not say. */
  readonly startedBy: string;
  readonly age: number;
  /** The build's own timeout; undefined for a task of an older version, which has none. */
  readonly timeout: number | undefined;
}

/** The most tasks in one request of DescribeTasks: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const PAGE_SIZE = 100;

/** Lists the builds that run in a cluster, the oldest first: tasks of the builder's family, and of families derived from it. */
export async function listRunningBuilds(
  world: OperatorWorld,
  cluster: string,
  family: string,
): Promise<RunningBuild[]> {
  const { aws, signal } = world;
  const tasks: Task[] = [];
  try {
    const pages = paginateListTasks({ client: aws.ecs, pageSize: PAGE_SIZE }, { cluster, desiredStatus: 'RUNNING' });
    for await (const { taskArns = [] } of pages) {
      signal.throwIfAborted();
      if (taskArns.length === 0) continue;
      const command = new DescribeTasksCommand({ cluster, tasks: taskArns });
      tasks.push(...((await aws.ecs.send(command, { abortSignal: signal })).tasks ?? []));
    }
  } catch (error) {
    signal.throwIfAborted();
    // Without a cluster there are no builds.
    if (awsErrorFacts(error).code === 'ClusterNotFoundException') return [];
    throw operatorFailure(error, `list the tasks of the cluster ${cluster}`);
  }
  return tasks
    .filter((task) => isBuild(task, family))
    .map((task) => asRunningBuild(task, ecsNow(world)))
    .sort((a, b) => b.age - a.age);
}

/** Whether a task is a build: of `family:7`, or of `family-0123456789ab:1`, which a build with secrets has. */
function isBuild({ taskDefinitionArn = '', lastStatus }: Task, family: string): boolean {
  const name = shortId(taskDefinitionArn).replace(/:\d+$/, '');
  const rest = name.startsWith(family) ? name.slice(family.length) : 'other';
  return lastStatus !== 'STOPPED' && /^(-[0-9a-f]{12})?$/.test(rest);
}

function asRunningBuild({ taskArn = '', startedBy = '', createdAt, overrides }: Task, now: number): RunningBuild {
  const variables = overrides?.containerOverrides?.flatMap(({ environment = [] }) => environment) ?? [];
  const minutes = Number(variables.find(({ name }) => name === TIMEOUT_VARIABLE)?.value);
  return {
    arn: taskArn,
    id: shortId(taskArn),
    startedBy,
    age: createdAt === undefined ? 0 : now - createdAt.getTime(),
    timeout: minutes > 0 ? minutes * 60_000 : undefined,
  };
}
