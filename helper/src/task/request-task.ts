import { type Failure as EcsFailure, RunTaskCommand, type RunTaskCommandOutput, type Task } from '@aws-sdk/client-ecs';
import { fullJitter, unlessAborted, within } from '../aws/deadline.ts';
import { awsErrorFacts, isThrottled, isUnclear } from '../aws/errors.ts';
import { single } from '../aws/idempotency.ts';
import type { World } from '../world.ts';
import { startedBefore } from './adopt.ts';
import { asShortage, refusedCall } from './start-failures.ts';
import { stopTask } from './stop-task.ts';
import { runInput, type TaskRequest } from './task-request.ts';

/** So long RunTask is sent again while its answer is missing. */
const OUTAGE_MS = 120_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 20_000;
/** Once the run is to end: so long for the answer under way, then so long for the same call again; the rest is StopTask's. */
const LATE_MS = 2_000;
const HURRY_MS = 4_500;

/** What counts of RunTask's answer. */
type Answer = { readonly tasks?: readonly Task[] | undefined; readonly failures?: readonly EcsFailure[] | undefined };

/**
 * Sends RunTask, again where the answer is missing: the token makes sure that it starts one task at most.
 * @returns the answer; or, where this token has been used with another request, the tasks of that
 * @throws Failure where ECS refuses or is out of reach, the signal's reason on an abort: whatever was started is stopped
 */
export async function requestTask(
  world: World,
  request: TaskRequest,
  token: string,
): Promise<Answer | { before: readonly string[] }> {
  const { clock, signal } = world;
  const patience = clock.now() + OUTAGE_MS;
  const command = () => new RunTaskCommand(runInput(request, token));
  const run = (abortSignal: AbortSignal) => world.aws.ecs.send(command(), { abortSignal });
  // The loop below repeats it: the client doing so as well would multiply.
  const runOnce = (abortSignal: AbortSignal) => single(command(), (one) => world.aws.ecs.send(one, { abortSignal }));
  let [pause, maybeStarted] = [FIRST_PAUSE_MS, false];
  for (let repeat = 1; ; repeat += 1) {
    signal.throwIfAborted();
    const given = new AbortController();
    const call = runOnce(given.signal);
    try {
      return await unlessAborted(call, signal);
    } catch (error) {
      if (signal.aborted) {
        await stopWhateverStarted(world, request, run, call, 'the build was aborted');
        given.abort();
        throw signal.reason;
      }
      const before = startedBefore(error);
      if (before !== undefined) return { before };
      const short = asShortage(error);
      if (short !== undefined) return short;
      maybeStarted ||= mayHaveStarted(error);
      if (!isPassing(error) || clock.now() + pause > patience) {
        if (maybeStarted) await stopWhateverStarted(world, request, run, undefined, 'ECS does not answer RunTask');
        throw refusedCall(error, request, world.aws.region);
      }
    }
    await clock.sleep(fullJitter(pause, `${token}/${repeat}`), signal).catch(async (aborted: unknown) => {
      if (maybeStarted) await stopWhateverStarted(world, request, run, undefined, 'the build was aborted');
      throw aborted;
    });
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** A new account lacks ECS' service-linked role until its first use has made it. */
const isPassing = (error: unknown): boolean =>
  isThrottled(error) || isUnclear(error) || /service linked role/i.test(awsErrorFacts(error).message);

/** The error is that of the SDK's last attempt: one before it may have had an answer that was lost. */
function mayHaveStarted(error: unknown): boolean {
  const metadata: unknown = Reflect.get(Object(error), '$metadata');
  const attempts: unknown = Reflect.get(Object(metadata), 'attempts');
  return isUnclear(error) || (typeof attempts === 'number' && attempts > 1);
}

/** The run ends and RunTask has no answer: learns what it started, from a late answer or by the same token, and stops that. */
async function stopWhateverStarted(
  world: World,
  request: TaskRequest,
  run: (signal: AbortSignal) => Promise<RunTaskCommandOutput>,
  call: Promise<RunTaskCommandOutput> | undefined,
  why: string,
): Promise<void> {
  const late = call && (await within(world.clock, LATE_MS, (expired) => unlessAborted(call, expired)));
  const known = late && 'answer' in late ? late : await within(world.clock, LATE_MS, run);
  const started = 'answer' in known ? (known.answer.tasks ?? []).map((task) => task.taskArn ?? '') : undefined;
  const arns = started ?? ('error' in known ? startedBefore(known.error) : undefined);
  if (arns !== undefined) {
    for (const arn of arns.filter(Boolean)) await stopTask(world, request.cluster, arn, why, HURRY_MS);
    return;
  }
  world.report({
    type: 'warning',
    text: `ECS did not answer whether the task was started; see for yourself: aws ecs list-tasks --region ${world.aws.region} --cluster ${request.cluster} --started-by ${request.startedBy}, and stop it: aws ecs stop-task --region ${world.aws.region} --cluster ${request.cluster} --task TASK`,
  });
}
