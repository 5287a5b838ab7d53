import { createHash, randomUUID } from 'node:crypto';
import type { Failure as EcsFailure, Task } from '@aws-sdk/client-ecs';
import { shortId } from '../aws/arn.ts';
import { Backoff } from '../aws/backoff.ts';
import type { World } from '../world.ts';
import { findRunningTask } from './adopt-task.ts';
import { requestTask } from './request-task.ts';
import { explainMissingTask, shortageIn } from './start-failures.ts';
import { stopTask } from './stop-task.ts';
import type { TaskRequest } from './task-request.ts';

/** How long we retry while Fargate has no capacity; after that the build fails. */
const SHORTAGE_MS = 300_000;
const PAUSES = { first: 5_000, longest: 60_000 };
/**
 * How many earlier tasks of one build are looked for, as many as `retry(10)` leaves behind. After these the token is random, and
 * so belongs to this call alone.
 */
const MOST_EARLIER_TASKS = 10;

/** The client token of an attempt. ECS starts nothing for a used token even when its task has ended, so each attempt has its own. */
export function attemptToken(token: string, attempt: number): string {
  if (attempt === 1) return token;
  const suffix = attempt > MOST_EARLIER_TASKS ? randomUUID() : attempt;
  return createHash('sha256').update(`${token}/${suffix}`).digest('hex');
}

/** The subnets of the next attempt: first all of them, then each alone, because each is in a zone with capacity of its own. */
function subnetsToTry(subnets: readonly string[], shortages: number): readonly string[] {
  const turn = shortages % (subnets.length + 1);
  const subnet = subnets[turn - 1];
  return subnets.length > 1 && subnet !== undefined ? [subnet] : subnets;
}

/** A task that runs for this call. */
interface StartedTask {
  task: Task;
  /** True where an earlier call of the same build has started it. */
  adopted: boolean;
  /** True where it runs on Spot; with a fallback it may run on demand. */
  spot: boolean;
}

/**
 * Starts one task. Where Fargate has no capacity it tries the subnets in turn for a while, or continues without Spot where the
 * request allows that. A task that an earlier call of the same build has started and that still runs is adopted.
 * @throws Failure `platform` where Fargate does not start it, `usage` where cluster or task definition do not exist,
 * `aws` where ECS refuses or fails; the signal's reason on an abort, after every started task was stopped
 */
export async function startTask(world: World, request: TaskRequest, deadline: number): Promise<StartedTask> {
  const { clock, signal, report } = world;
  const giveUpAt = Math.min(deadline, clock.now() + SHORTAGE_MS);
  const backoff = new Backoff(PAUSES, request.clientToken);
  let { spot } = request;
  for (let attempt = 1, shortages = 0; ; attempt += 1) {
    const wanted = { ...request, spot, subnets: subnetsToTry(request.subnets, shortages) };
    const outcome = await attemptStart(world, wanted, attemptToken(request.clientToken, attempt));
    if ('task' in outcome) {
      const { task, adopted } = outcome;
      if (adopted) report({ type: 'task-adopted', id: shortId(task.taskArn ?? '') });
      return { task, adopted, spot: task.capacityProviderName === 'FARGATE_SPOT' };
    }
    // The token's task has ended, and no other was started: the next attempt has another token.
    if ('alreadyOver' in outcome) continue;
    const { refused } = outcome;
    shortages += 1;
    const failure = explainMissingTask(refused, { ...request, spot }, shortages);
    const shortage = shortageIn(refused);
    if (shortage === 'capacity' && spot && request.spotFallback) {
      report({ type: 'warning', text: 'Fargate has no Spot capacity at the moment: the build runs on demand' });
      [spot, shortages] = [false, 0];
      continue;
    }
    if (shortage === undefined || clock.now() + backoff.longest > giveUpAt) throw failure;
    if (shortages === 1) report({ type: 'warning', text: `${failure.message}; trying again for a while` });
    await clock.sleep(backoff.next(), signal);
  }
}

type StartAttempt = { task: Task; adopted: boolean } | { alreadyOver: true } | { refused: readonly EcsFailure[] };

async function attemptStart(world: World, request: TaskRequest, token: string): Promise<StartAttempt> {
  const answer = await requestTask(world, request, token);
  if ('earlierTasks' in answer) {
    const task = await findEarlierTask(world, request, answer.earlierTasks);
    return task === undefined ? { alreadyOver: true } : { task, adopted: true };
  }
  const [task] = answer.tasks ?? [];
  return task?.taskArn === undefined ? { refused: answer.failures ?? [] } : { task, adopted: false };
}

/** The earlier call's task, where it still runs. It belongs to this build, so an abort meanwhile stops it. */
async function findEarlierTask(
  world: World,
  { cluster }: TaskRequest,
  arns: readonly string[],
): Promise<Task | undefined> {
  try {
    return await findRunningTask(world, cluster, arns);
  } catch (error) {
    if (world.signal.aborted) for (const arn of arns) await stopTask(world, cluster, arn, 'the build was aborted');
    throw error;
  }
}
