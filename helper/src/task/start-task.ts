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

/** How long Fargate may be short of capacity before that is the build's failure. */
const PATIENCE_MS = 300_000;
const PAUSES = { first: 5_000, longest: 60_000 };
/** So many tasks of one build are looked for in turn, as after `retry(10)`; then the token is one of this call alone. */
const MOST_EARLIER = 10;

/** A repeated token starts nothing, even when its first task is dead: each attempt has one of its own. */
export function attemptToken(token: string, attempt: number): string {
  if (attempt === 1) return token;
  const more = attempt > MOST_EARLIER ? randomUUID() : attempt;
  return createHash('sha256').update(`${token}/${more}`).digest('hex');
}

/** Where to try next: first ECS may choose, then each subnet alone, for each has a zone with capacity of its own. */
export function subnetsToTry(subnets: readonly string[], shortages: number): readonly string[] {
  const turn = shortages % (subnets.length + 1);
  const one = subnets[turn - 1];
  return subnets.length > 1 && one !== undefined ? [one] : subnets;
}

/** A task that runs for this call. */
export interface StartedTask {
  task: Task;
  /** An earlier call of the same build has started it. */
  adopted: boolean;
  /** Whether it runs on Spot: with a fallback it may not. */
  spot: boolean;
}

/**
 * Starts one task. Waits a while where Fargate has no room, over all subnets, or goes on without Spot where the request
 * allows that; adopts the task that an earlier call of the same build has started and that still runs.
 * @throws Failure `platform` where Fargate does not start it, `usage` where cluster or task definition do not exist,
 * `aws` where ECS refuses or fails, the signal's reason on an abort: then whatever was started is stopped
 */
export async function startTask(world: World, request: TaskRequest, deadline: number): Promise<StartedTask> {
  const { clock, signal, report } = world;
  const patience = Math.min(deadline, clock.now() + PATIENCE_MS);
  const backoff = new Backoff(PAUSES, request.clientToken);
  let { spot } = request;
  for (let attempt = 1, shortages = 0; ; attempt += 1) {
    const wanted = { ...request, spot, subnets: subnetsToTry(request.subnets, shortages) };
    const outcome = await runOnce(world, wanted, attemptToken(request.clientToken, attempt));
    if ('task' in outcome) {
      const { task, adopted } = outcome;
      if (adopted) report({ type: 'task-adopted', id: shortId(task.taskArn ?? '') });
      return { task, adopted, spot: task.capacityProviderName === 'FARGATE_SPOT' };
    }
    // The token's task is over, and nothing has been started: the next attempt has a token of its own.
    if ('over' in outcome) continue;
    const { refused } = outcome;
    shortages += 1;
    const failure = explainMissingTask(refused, { ...request, spot }, shortages);
    const short = shortageIn(refused);
    if (short === 'capacity' && spot && request.spotFallback) {
      report({ type: 'warning', text: 'Fargate has no Spot capacity at the moment: the build runs on demand' });
      [spot, shortages] = [false, 0];
      continue;
    }
    if (short === undefined || clock.now() + backoff.longest > patience) throw failure;
    if (shortages === 1) report({ type: 'warning', text: `${failure.message}; trying again for a while` });
    await clock.sleep(backoff.next(), signal);
  }
}

type Outcome = { task: Task; adopted: boolean } | { over: true } | { refused: readonly EcsFailure[] };

async function runOnce(world: World, request: TaskRequest, token: string): Promise<Outcome> {
  const answer = await requestTask(world, request, token);
  if ('before' in answer) {
    const task = await earlier(world, request, answer.before);
    return task === undefined ? { over: true } : { task, adopted: true };
  }
  const [task] = answer.tasks ?? [];
  return task?.taskArn === undefined ? { refused: answer.failures ?? [] } : { task, adopted: false };
}

/** The earlier call's task, where it still runs. It is this build's own: an abort meanwhile stops it. */
async function earlier(world: World, { cluster }: TaskRequest, arns: readonly string[]): Promise<Task | undefined> {
  try {
    return await findRunningTask(world, cluster, arns);
  } catch (error) {
    if (world.signal.aborted) for (const arn of arns) await stopTask(world, cluster, arn, 'the build was aborted');
    throw error;
  }
}
