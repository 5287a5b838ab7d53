import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { shortId } from '../aws/arn.ts';
import { Backoff } from '../aws/backoff.ts';
import { withDeadline } from '../aws/deadline.ts';
import { awsErrorFacts, isAccessDenied } from '../aws/errors.ts';
import type { World } from '../world.ts';

/** How long stopping may take without an abort: a connection may be lost for a minute. */
const LONGEST_MS = 90_000;
const PAUSES = { first: 700, longest: 5_000, factor: 1.5 };
/** The longest reason that StopTask accepts, in characters. */
const LONGEST_REASON = 1_024;

type StopWorld = Pick<World, 'aws' | 'clock' | 'report' | 'signal' | 'abortBudget'>;

/**
 * Stops a task. An aborted signal does not end this function, it only leaves it less time. A task that cannot be stopped is named
 * in a warning, with the command that stops it.
 * @param why for people: it is shown in our log and in the AWS console
 * @returns true where ECS has accepted the call
 */
export async function stopTask(world: StopWorld, cluster: string, arn: string, why: string): Promise<boolean> {
  const { clock, report, signal, abortBudget } = world;
  const limit = { at: clock.now() + (signal.aborted ? abortBudget.msFor('stopTask') : LONGEST_MS) };
  const shortenLimit = () => {
    limit.at = Math.min(limit.at, clock.now() + abortBudget.msFor('stopTask'));
  };
  signal.addEventListener('abort', shortenLimit, { once: true });
  report({ type: 'task-stopping', id: shortId(arn), why });
  try {
    const problem = await sendUntilAccepted(
      world,
      { cluster, task: arn, reason: `fargate-ci: ${why}`.slice(0, LONGEST_REASON) },
      limit,
    );
    if (problem === undefined) return true;
    report({
      type: 'warning',
      text: `the task may still run (${problem}); stop it: aws ecs stop-task --region ${world.aws.region} --cluster ${cluster} --task ${arn}`,
    });
    return false;
  } finally {
    signal.removeEventListener('abort', shortenLimit);
  }
}

/** Sends StopTask until ECS accepts it. @returns the last problem; undefined where ECS has accepted it */
async function sendUntilAccepted(
  { aws, clock, signal, abortBudget }: StopWorld,
  command: { cluster: string; task: string; reason: string },
  limit: { readonly at: number },
): Promise<string | undefined> {
  let last = 'no time was left';
  const backoff = new Backoff(PAUSES, command.task);
  while (clock.now() < limit.at) {
    const ms = Math.min(abortBudget.msFor('request'), limit.at - clock.now());
    const result = await withDeadline(clock, ms, (options) => aws.ecs.send(new StopTaskCommand(command), options));
    if ('answer' in result) return undefined;
    const { code, message } = awsErrorFacts(result.error);
    // ECS forgets a task an hour after its end.
    if (/task was not found/i.test(message)) return undefined;
    last = `${code}: ${message}`;
    if (isAccessDenied(result.error)) break;
    await clock.sleep(Math.min(backoff.next(), Math.max(0, limit.at - clock.now())));
    if (signal.aborted) backoff.restart();
  }
  return last;
}
