import { type Failure as EcsFailure, RunTaskCommand, type RunTaskCommandOutput, type Task } from '@aws-sdk/client-ecs';
import { Backoff } from '../aws/backoff.ts';
import { type AwsCall, type CallOptions, unlessAborted, withDeadline } from '../aws/deadline.ts';
import { awsErrorFacts, isThrottled, isUnclear } from '../aws/errors.ts';
import { singleAttempt } from '../aws/idempotency.ts';
import type { World } from '../world.ts';
import { tasksOfUsedToken } from './adopt-task.ts';
import { explainRefusedCall, shortageAnswer } from './start-failures.ts';
import { stopTask } from './stop-task.ts';
import { runTaskInput, type TaskRequest } from './task-request.ts';

/** How long RunTask is repeated while its answer is missing. */
const OUTAGE_MS = 120_000;
const PAUSES = { first: 2_000, longest: 20_000 };

/** The part of RunTask's answer that we use. */
type RunTaskAnswer = {
  readonly tasks?: readonly Task[] | undefined;
  readonly failures?: readonly EcsFailure[] | undefined;
};

/**
 * Sends RunTask, and repeats it where the answer is missing: because of the token ECS starts one task at most.
 * @returns the answer; or, where this token was used for another request, the tasks of that request
 * @throws Failure where ECS refuses or is out of reach; the signal's reason on an abort. By then every started task was stopped
 */
export async function requestTask(
  world: World,
  request: TaskRequest,
  token: string,
): Promise<RunTaskAnswer | { earlierTasks: readonly string[] }> {
  const { clock, signal } = world;
  const giveUpAt = clock.now() + OUTAGE_MS;
  const command = () => new RunTaskCommand(runTaskInput(request, token));
  const run = (options: CallOptions) => world.aws.ecs.send(command(), options);
  // The loop below repeats the call, so the client must not: the attempts would multiply.
  const runOnce = (options: CallOptions) => singleAttempt(command(), (one) => world.aws.ecs.send(one, options));
  const backoff = new Backoff(PAUSES, token);
  let maybeStarted = false;
  for (;;) {
    signal.throwIfAborted();
    const callController = new AbortController();
    const call = runOnce({ abortSignal: callController.signal });
    try {
      return await unlessAborted(call, signal);
    } catch (error) {
      if (signal.aborted) {
        await stopStartedTasks(world, request, { run, call, why: 'the build was aborted' });
        callController.abort();
        throw signal.reason;
      }
      const earlierTasks = tasksOfUsedToken(error);
      if (earlierTasks !== undefined) return { earlierTasks };
      const shortage = shortageAnswer(error);
      if (shortage !== undefined) return shortage;
      maybeStarted ||= isUnclear(error);
      if (!isPassing(error) || clock.now() + backoff.longest > giveUpAt) {
        if (maybeStarted) await stopStartedTasks(world, request, { run, why: 'ECS does not answer RunTask' });
        throw explainRefusedCall(error, request, world.aws.region);
      }
    }
    await clock.sleep(backoff.next(), signal).catch(async (aborted: unknown) => {
      if (maybeStarted) await stopStartedTasks(world, request, { run, why: 'the build was aborted' });
      throw aborted;
    });
  }
}

/** Errors that pass by themselves. A new account gets ECS' service-linked role only with its first use. */
const isPassing = (error: unknown): boolean =>
  isThrottled(error) || isUnclear(error) || /service linked role/i.test(awsErrorFacts(error).message);

/** A RunTask call without an answer. */
interface UnansweredCall {
  /** Sends the same call again. */
  run: AwsCall<RunTaskCommandOutput>;
  /** The call itself, where it is still under way. */
  call?: Promise<RunTaskCommandOutput>;
  /** Why what it has started is stopped, for people. */
  why: string;
}

/** Stops what a RunTask call without an answer has started. It learns that from a late answer, or from the same call sent again. */
async function stopStartedTasks(world: World, request: TaskRequest, { run, call, why }: UnansweredCall): Promise<void> {
  const { clock, abortBudget } = world;
  const lateAnswer =
    call &&
    (await withDeadline(clock, abortBudget.msFor('startedTask'), ({ abortSignal }) =>
      unlessAborted(call, abortSignal),
    ));
  const result =
    lateAnswer && 'answer' in lateAnswer
      ? lateAnswer
      : await withDeadline(clock, abortBudget.msFor('startedTask'), run);
  const started = 'answer' in result ? (result.answer.tasks ?? []).map((task) => task.taskArn ?? '') : undefined;
  const arns = started ?? ('error' in result ? tasksOfUsedToken(result.error) : undefined);
  if (arns !== undefined) {
    for (const arn of arns.filter(Boolean)) await stopTask(world, request.cluster, arn, why);
    return;
  }
  world.report({
    type: 'warning',
    text: `ECS did not answer whether the task was started; see for yourself: aws ecs list-tasks --region ${world.aws.region} --cluster ${request.cluster} --started-by ${request.startedBy}, and stop it: aws ecs stop-task --region ${world.aws.region} --cluster ${request.cluster} --task TASK`,
  });
}
