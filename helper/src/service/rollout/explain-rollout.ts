import { shortId } from '../../aws/arn.ts';
import { Failure } from '../../failure.ts';
import { revisionName, taskCount } from './describe-running.ts';
import type { TaskDeath } from './explain-death.ts';
import { failureHint } from './failure-hints.ts';
import type { OurDeployment } from './our-deployment.ts';
import type { EndedRollout, FinalVerdict } from './rollout.ts';

/** What is known about a failed rollout beside its verdict. */
interface FailureContext {
  ours: OurDeployment;
  deaths: readonly TaskDeath[];
  /** What was done about the failure and what runs now, as a clause: `service shop is scaled to 0 tasks`. */
  state: string;
  /** The timeout. */
  minutes: number;
}

/** How many of the last service events are shown as evidence. */
const MAX_EVENTS = 4;

/** The failure of a rollout: what failed, why its tasks died, with their last lines, and what to do. */
export function explainFailedRollout(
  { verdict, events, progress }: EndedRollout,
  { ours, deaths, state, minutes }: FailureContext,
): Failure {
  const revision = shortId(ours.taskDefinition);
  const { scaleUp } = ours;
  const what = scaleUp
    ? `scaling service ${ours.service} from ${scaleUp.from} to ${taskCount(scaleUp.to)} of ${revision}`
    : `the deployment of ${revision} to service ${ours.service}`;
  const lastEvents = events.slice(-MAX_EVENTS);
  const why = 'why' in verdict ? verdict.why : [];
  const hint = failureHint({
    deaths,
    messages: [...events, ...why],
    alarms: 'alarms' in verdict ? (verdict.alarms ?? []) : [],
  });
  const evidence = [...withoutEmpty(why), ...deathEvidence(deaths), ...lastEvents];
  switch (verdict.kind) {
    case 'rolled-back': {
      const manual =
        verdict.failed && verdict.runs ? `; to go back by hand: rollbackTo: '${shortId(verdict.runs)}'` : '';
      return new Failure('deploy', `${what} ${rollbackClause(verdict, ours, state)}`, {
        hint: `${hint}${manual}`,
        evidence,
      });
    }
    case 'failed':
    case 'dying':
      return new Failure('deploy', `${what} failed: ${state}`, { hint, evidence });
    case 'stopped':
      return new Failure('deploy', `${what} was stopped by someone else: ${state}`, {
        hint: 'look in the ECS console or in CloudTrail (StopServiceDeployment) for who stopped it',
        evidence,
      });
    case 'superseded':
      return new Failure(
        'superseded',
        `${what} was superseded by a newer ${scaleUp ? 'deployment' : 'one'}: ${verdict.by}`,
        {
          hint: 'nothing is wrong with it; the newer deployment decides what runs. Two pipelines deploying one service need a lock',
          evidence: lastEvents,
        },
      );
    case 'emptied':
      return new Failure(
        'deploy',
        `service ${ours.service} was scaled to 0 tasks while ${revision} was being deployed: nothing shows that it runs`,
        {
          hint: 'if that was meant, deploy again while it is at 0; else count: 1 starts a task',
          evidence: ['desiredCount 0, and no task of it was seen running', ...evidence],
        },
      );
    case 'deleted':
      return new Failure('deploy', `service ${ours.service} was deleted while ${revision} was being deployed`, {
        hint: 'run this again to create it anew',
        evidence: [`the service is ${verdict.status}`, ...lastEvents],
      });
    case 'timed-out':
      return new Failure('timeout', `${what} did not end within ${minutes} min: ${state}`, {
        hint,
        evidence: withoutEmpty([progress, ...evidence]),
      });
    case 'succeeded':
      throw new Failure('internal', `${what} succeeded, and was to be explained as a failure`);
  }
}

/** How a rollback went, and what runs now. */
function rollbackClause(verdict: FinalVerdict & { kind: 'rolled-back' }, ours: OurDeployment, state: string): string {
  const fallback = verdict.runs === undefined ? 'what ran before' : revisionName(verdict.runs, ours);
  if (verdict.complete) return `failed and was rolled back: ${fallback} runs again`;
  if (verdict.failed) return `failed, and so did ECS' way back to ${fallback}: ${state}`;
  return `failed and its rollback is not complete: ECS goes back to ${fallback}; ${state}`;
}

const withoutEmpty = (reasons: readonly string[]): string[] => reasons.filter((reason) => reason !== '');

/** Each cause of death once, with the last lines of the first task that died of it. */
function deathEvidence(deaths: readonly TaskDeath[]): string[] {
  const byCause = new Map<string, TaskDeath[]>();
  for (const death of deaths) byCause.set(death.why, [...(byCause.get(death.why) ?? []), death]);
  return [...byCause].slice(0, 3).flatMap(([why, dead]) => {
    const lines = dead.find((death) => death.lines.length > 0)?.lines ?? [];
    const who = dead.length === 1 ? `task ${dead[0]?.id}` : `${dead.length} tasks`;
    return [`${who} died: ${why}`, ...lines.map((line) => `  | ${line}`)];
  });
}
