import type { Task } from '@aws-sdk/client-ecs';
import { shortId } from '../aws/arn.ts';
import { streamLink, taskLink } from '../ecs/console-links.ts';
import { ecsNow } from '../ecs/server-time.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { RunningTask } from './running-task.ts';
import { startTask } from './start-task.ts';
import { stopTask } from './stop-task.ts';
import type { EndedTask, RunTaskOptions, TaskRequest } from './task-request.ts';

/**
 * Runs a task to its end and follows its log. However this function ends (a failure, the timeout, an abort, a thrown error), the
 * task has ended by then or was stopped.
 * @throws Failure where the task cannot be started or followed; the signal's reason on an abort. The end of a task that could be
 * followed is returned and never thrown: explainTask words it
 */
export async function runTask(world: World, request: TaskRequest, options: RunTaskOptions): Promise<EndedTask> {
  const { clock, report, aws } = world;
  const began = clock.now();
  const latest = began + options.timeoutMs;
  const { task: started, adopted, spot } = await startTask(world, request, latest);
  const deadline = adopted ? latest - ageOf(world, started) : latest;
  const arn = started.taskArn ?? '';
  const id = shortId(arn);
  const stream = `${request.logs.streamPrefix}/${request.container}/${id}`;
  const log = { group: request.logs.group, stream, link: streamLink(aws.region, request.logs.group, stream) };
  const task = new RunningTask(world, { request, options, arn, log });
  try {
    const { cpu, memory } = request;
    report({ type: 'task-started', id, cpu, memory, spot, console: taskLink(aws.region, request.cluster, arn) });
    options.onStarted?.(arn, log);
    return await task.untilEnd(deadline);
  } catch (error) {
    if (!task.isOver) await stopTask(world, request.cluster, arn, reasonOf(error));
    throw error;
  } finally {
    task.release();
  }
}

/** The age of a task, in milliseconds. */
const ageOf = (world: World, { createdAt }: Task): number =>
  createdAt === undefined ? 0 : Math.max(0, ecsNow(world) - createdAt.getTime());

function reasonOf(error: unknown): string {
  if (error instanceof Failure && error.category === 'aborted') return 'the build was aborted';
  return `the build failed: ${error instanceof Error ? error.message : String(error)}`;
}
