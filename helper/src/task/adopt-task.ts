import { DescribeTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { Backoff } from '../aws/backoff.ts';
import { awsErrorFacts, awsFailure, isThrottled, isUnclear } from '../aws/errors.ts';
import type { World } from '../world.ts';

/** How long we ask again: DescribeTasks may not know a task for some seconds after its start. */
const MISSING_MS = 20_000;
/** How long ECS may be out of reach before we give up. */
const OUTAGE_MS = 120_000;
const PAUSES = { first: 1_000, longest: 15_000 };

/** True for a task that runs and that nobody has stopped. */
const isAlive = ({ lastStatus, desiredStatus }: Task): boolean =>
  lastStatus !== 'STOPPED' && desiredStatus !== 'STOPPED';

/**
 * The tasks for which a client token was used before, with another request: ECS names them in its ConflictException.
 * @returns undefined for any other error
 */
export function tasksOfUsedToken(error: unknown): readonly string[] | undefined {
  if (awsErrorFacts(error).code !== 'ConflictException') return undefined;
  const ids: unknown = error instanceof Error ? Reflect.get(error, 'resourceIds') : undefined;
  return Array.isArray(ids) ? ids.map(String) : [];
}

/**
 * The first of these tasks that still runs; undefined where all have ended or ECS knows none of them any more.
 * @throws Failure `aws` where ECS does not answer: we must not guess, or two tasks of one build could run
 */
export async function findRunningTask(
  { aws, clock, signal }: Pick<World, 'aws' | 'clock' | 'signal'>,
  cluster: string,
  arns: readonly string[],
): Promise<Task | undefined> {
  const [first] = arns;
  if (first === undefined) return undefined;
  const began = clock.now();
  const backoff = new Backoff(PAUSES, first);
  for (;;) {
    const command = new DescribeTasksCommand({ cluster, tasks: [...arns] });
    try {
      const { tasks = [] } = await aws.ecs.send(command, { abortSignal: signal });
      if (tasks.length > 0 || clock.now() - began >= MISSING_MS) return tasks.find(isAlive);
    } catch (error) {
      signal.throwIfAborted();
      const passing = isThrottled(error) || isUnclear(error);
      if (!passing || clock.now() - began >= OUTAGE_MS)
        throw awsFailure(error, 'look at the task that an earlier call of this build has started (ecs:DescribeTasks)');
    }
    await clock.sleep(backoff.next(), signal);
  }
}
