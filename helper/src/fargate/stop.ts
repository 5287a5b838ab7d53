import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { awsErrorFacts, isAccessDenied } from '../aws/errors.ts';
import type { World } from '../world.ts';
import { shortId } from './links.ts';
import { fullJitter, within } from './waiting.ts';

/** Jenkins waits 20 s after its SIGTERM, and we have promised 10. */
const BUDGET_MS = 7_500;
const REQUEST_MS = 2_500;
const PAUSE_MS = 700;
/** What StopTask takes. */
const LONGEST_REASON = 1_024;

/**
 * Stops a task, whatever ended the run: it does not listen to the run's signal, and gives up after `budgetMs`. What cannot
 * be stopped is named in a warning, with the command that would.
 * @returns whether ECS has taken it
 * @param why for people, in the log here and in the console there
 */
export async function stopTask(
  world: Pick<World, 'aws' | 'clock' | 'report'>,
  cluster: string,
  arn: string,
  why: string,
  budgetMs = BUDGET_MS,
): Promise<boolean> {
  const { clock, report } = world;
  const deadline = clock.now() + budgetMs;
  report({ type: 'task-stopping', id: shortId(arn), why });
  const command = { cluster, task: arn, reason: `fargate-ci: ${why}`.slice(0, LONGEST_REASON) };
  let last = '';
  for (let tried = 1; clock.now() < deadline; tried += 1) {
    const left = Math.min(REQUEST_MS, deadline - clock.now());
    const result = await within(clock, left, (abortSignal) =>
      world.aws.ecs.send(new StopTaskCommand(command), { abortSignal }),
    );
    if ('answer' in result) return true;
    const { code, message } = awsErrorFacts(result.error);
    // ECS has forgotten it, an hour after its end.
    if (/task was not found/i.test(message)) return true;
    last = `${code}: ${message}`;
    if (isAccessDenied(result.error)) break;
    await clock.sleep(Math.min(fullJitter(PAUSE_MS, `${arn}/${tried}`), Math.max(0, deadline - clock.now())));
  }
  report({
    type: 'warning',
    text: `the task may still run (${last}); stop it: aws ecs stop-task --region ${world.aws.region} --cluster ${cluster} --task ${arn}`,
  });
  return false;
}
