import { shortId } from '../../aws/arn.ts';
import { Failure } from '../../failure.ts';
import { revisionName, taskCount } from './describe-running.ts';
import type { OurDeployment } from './our-deployment.ts';
import type { EndedRollout } from './rollout.ts';
import type { TaskDeath } from './task-deaths.ts';

/** What is known of a rollout that did not succeed. */
export interface FailureContext {
  ours: OurDeployment;
  deaths: readonly TaskDeath[];
  /** What was done about it and what runs now, as a clause: `service shop is scaled to 0 tasks`. */
  state: string;
  minutes: number;
}

/** Service events kept as evidence, the last ones. */
const EVENTS = 4;

/** Words how a rollout failed: what happened to what, why the tasks died with their last lines, what to do. */
export function explainFailedRollout(
  { verdict, events, progress }: EndedRollout,
  circumstances: FailureContext,
): Failure {
  const { ours, deaths, state, minutes } = circumstances;
  const revision = shortId(ours.taskDefinition);
  const { scaled } = ours;
  const what = scaled
    ? `scaling service ${ours.service} from ${scaled.from} to ${taskCount(scaled.to)} of ${revision}`
    : `the deployment of ${revision} to service ${ours.service}`;
  const seen = [...evidenceOf(deaths), ...events.slice(-EVENTS)];
  const why = 'why' in verdict ? verdict.why : [];
  const hint = hintFor(deaths, [...events, ...why]);
  switch (verdict.kind) {
    case 'rolled-back': {
      const back = verdict.runs === undefined ? 'what ran before' : revisionName(verdict.runs, ours);
      const runs = verdict.complete
        ? `${back} runs again`
        : verdict.failed
          ? state
          : `ECS goes back to ${back}; ${state}`;
      const how = verdict.complete
        ? 'failed and was rolled back'
        : verdict.failed
          ? `failed, and so did ECS' way back to ${back}`
          : 'failed and its rollback is not complete';
      const byHand =
        verdict.failed && verdict.runs ? `; to go back by hand: rollbackTo: '${shortId(verdict.runs)}'` : '';
      return new Failure('deploy', `${what} ${how}: ${runs}`, {
        hint: `${hint}${byHand}`,
        evidence: [...filled(verdict.why), ...seen],
      });
    }
    case 'failed':
    case 'dying':
      return new Failure('deploy', `${what} failed: ${state}`, { hint, evidence: [...filled(verdict.why), ...seen] });
    case 'stopped':
      return new Failure('deploy', `${what} was stopped by someone else: ${state}`, {
        hint: 'look in the ECS console or in CloudTrail (StopServiceDeployment) for who stopped it',
        evidence: [...filled(verdict.why), ...seen],
      });
    case 'superseded':
      return new Failure(
        'superseded',
        `${what} was superseded by a newer ${scaled ? 'deployment' : 'one'}: ${verdict.by}`,
        {
          hint: 'nothing is wrong with it; the newer deployment decides what runs. Two pipelines deploying one service need a lock',
          evidence: events.slice(-EVENTS),
        },
      );
    case 'emptied':
      return new Failure(
        'deploy',
        `service ${ours.service} was scaled to 0 tasks while ${shortId(ours.taskDefinition)} was being deployed: nothing shows that it runs`,
        {
          hint: 'if that was meant, deploy again while it is at 0; else count: 1 starts a task',
          evidence: ['desiredCount 0, and no task of it was seen running', ...seen],
        },
      );
    case 'deleted':
      return new Failure(
        'deploy',
        `service ${ours.service} was deleted while ${shortId(ours.taskDefinition)} was being deployed`,
        {
          hint: 'run this again to create it anew',
          evidence: [`the service is ${verdict.status}`, ...events.slice(-EVENTS)],
        },
      );
    case 'timed-out':
      return new Failure('timeout', `${what} did not end within ${minutes} min: ${state}`, {
        hint,
        evidence: filled([progress, ...seen]),
      });
    case 'succeeded':
      throw new Failure('internal', `${what} succeeded, and was to be explained as a failure`);
  }
}

const filled = (reasons: readonly string[]): string[] => reasons.filter((reason) => reason !== '');

/** Each way of dying once, with the last lines of the first task that died so. */
function evidenceOf(deaths: readonly TaskDeath[]): string[] {
  const ways = new Map<string, TaskDeath[]>();
  for (const death of deaths) ways.set(death.why, [...(ways.get(death.why) ?? []), death]);
  return [...ways].slice(0, 3).flatMap(([why, dead]) => {
    const lines = dead.find((death) => death.lines.length > 0)?.lines ?? [];
    const who = dead.length === 1 ? `task ${dead[0]?.id}` : `${dead.length} tasks`;
    return [`${who} died: ${why}`, ...lines.map((line) => `  | ${line}`)];
  });
}

/** First match wins. The texts are ECS' own: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
const HINTS: readonly [RegExp, string][] = [
  [/OutOfMemory/i, 'the container ran out of memory: give it more with memory: 1024 (MiB)'],
  [
    /CannotPullContainer.*(manifest|not found|does not exist)|CannotPullImageManifest/i,
    'the image cannot be pulled: check that it was pushed, and for this platform (linux/amd64)',
  ],
  [
    /CannotPullContainer/i,
    'the image cannot be pulled: check its name, registryCredentials for a private registry, and the way from the subnets to the registry (publicIp, NAT or endpoints)',
  ],
  [
    /ResourceInitializationError/i,
    'the task could not get what it needs before its start: check that executionRole may read the secrets and the log group exists, and the way from the subnets to AWS (publicIp, NAT or endpoints)',
  ],
  [/exec format error/i, 'the image was built for another processor: build it for linux/amd64'],
  [/SpotInterruption/i, 'Fargate Spot took the task back: run it on demand with spot: false'],
  [
    /Capacity is unavailable/i,
    'Fargate has no room at the moment: run this again later, add subnets in other zones, or use spot: false',
  ],
  [
    /health ?check|unhealthy/i,
    "the tasks run but are not healthy: check the port, the health check's path and matcher, the security groups, and give slow starters healthCheckGrace: 120",
  ],
  [
    /^alarms: /m,
    'an alarm of the service went off during the rollout: look at what it measures in CloudWatch, and whether its threshold suits a rollout',
  ],
];

function hintFor(deaths: readonly TaskDeath[], events: readonly string[]): string {
  // What an application writes is its own affair ("health check on :8080"), but for what the kernel says through it.
  const lines = deaths.flatMap((death) => death.lines).filter((line) => /exec format error/i.test(line));
  const text = [...deaths.flatMap((death) => [death.text, death.why]), ...lines, ...events].join('\n');
  const found = HINTS.find(([pattern]) => pattern.test(text));
  if (found) return found[1];
  if (!/exited with/i.test(text)) {
    return "look at the service's events and tasks in the ECS console; the address is in the log above";
  }
  return deaths.some((death) => death.lines.length > 0)
    ? 'the container ended by itself: its last lines above say why'
    : 'the container ended by itself without a line in its log: check its command, and that its task definition has a log (awslogs)';
}
