import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { fullJitter, within } from '../aws/deadline.ts';
import { awsErrorFacts, isAccessDenied } from '../aws/errors.ts';
import { shortId } from '../ecs/console-links.ts';
import type { World } from '../world.ts';

/** After an abort: Jenkins waits 20 s, and we have promised 10. */
const HURRY_MS = 7_500;
/** Where nobody waits: a connection may be lost for a minute. */
const PATIENCE_MS = 90_000;
const REQUEST_MS = 2_500;
const FIRST_PAUSE_MS = 700;
const LONGEST_PAUSE_MS = 5_000;
/** What StopTask takes. */
const LONGEST_REASON = 1_024;

/**
 * Stops a task, whatever ended the run: an aborted signal makes it hurry, and does not end it. What cannot be stopped is
 * named in a warning, with the command that would.
 * @returns whether ECS has taken it
 * @param why for people, in the log here and in the console there
 * @param hurryMs how long it may take from an abort on
 */
export async function stopTask(
  world: Pick<World, 'aws' | 'clock' | 'report' | 'signal'>,
  cluster: string,
  arn: string,
  why: string,
  hurryMs = HURRY_MS,
): Promise<boolean> {
  const { clock, report, signal } = world;
  const limit = { at: clock.now() + (signal.aborted ? hurryMs : PATIENCE_MS) };
  const hurry = () => {
    limit.at = Math.min(limit.at, clock.now() + hurryMs);
  };
  signal.addEventListener('abort', hurry, { once: true });
  report({ type: 'task-stopping', id: shortId(arn), why });
  try {
    const problem = await insist(
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
    signal.removeEventListener('abort', hurry);
  }
}

/** Sends StopTask until ECS takes it. @returns why it does not; undefined where it has */
async function insist(
  { aws, clock, signal }: Pick<World, 'aws' | 'clock' | 'signal'>,
  command: { cluster: string; task: string; reason: string },
  limit: { readonly at: number },
): Promise<string | undefined> {
  let last = '';
  let pause = FIRST_PAUSE_MS;
  for (let tried = 1; clock.now() < limit.at; tried += 1) {
    const left = Math.min(REQUEST_MS, limit.at - clock.now());
    const result = await within(clock, left, (abortSignal) =>
      aws.ecs.send(new StopTaskCommand(command), { abortSignal }),
    );
    if ('answer' in result) return undefined;
    const { code, message } = awsErrorFacts(result.error);
    // ECS has forgotten it, an hour after its end.
    if (/task was not found/i.test(message)) return undefined;
    last = `${code}: ${message}`;
    if (isAccessDenied(result.error)) break;
    await clock.sleep(Math.min(fullJitter(pause, `${command.task}/${tried}`), Math.max(0, limit.at - clock.now())));
    pause = signal.aborted ? FIRST_PAUSE_MS : Math.min(pause * 1.5, LONGEST_PAUSE_MS);
  }
  return last;
}
