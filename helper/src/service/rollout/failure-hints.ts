import type { TaskDeath } from './explain-death.ts';

/** ECS' own words for a cause, and the hint for it: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
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
];
const ALARM_HINT =
  'an alarm of the service went off during the rollout: look at what it measures in CloudWatch, and whether its threshold suits a rollout';

/** What a hint about a failed rollout is drawn from. */
interface FailureFacts {
  deaths: readonly TaskDeath[];
  /** Messages of ECS: service events, and reasons for the end of the deployment. */
  messages: readonly string[];
  /** Names of the alarms that went off. */
  alarms: readonly string[];
}

/** What to do about a failed rollout. The first cause that is found decides. */
export function failureHint({ deaths, messages, alarms }: FailureFacts): string {
  // An application may write anything into its log ("health check on :8080"). Only the kernel's error there is a cause.
  const kernelErrors = deaths.flatMap((death) => death.lines).filter((line) => /exec format error/i.test(line));
  const text = [...deaths.flatMap((death) => [death.text, death.why]), ...kernelErrors, ...messages].join('\n');
  const found = HINTS.find(([pattern]) => pattern.test(text));
  if (found) return found[1];
  if (alarms.length > 0) return ALARM_HINT;
  if (deaths.every(({ exitCode }) => exitCode === undefined)) {
    return "look at the service's events and tasks in the ECS console; the address is in the log above";
  }
  return deaths.some((death) => death.lines.length > 0)
    ? 'the container ended by itself: its last lines above say why'
    : 'the container ended by itself without a line in its log: check its command, and that its task definition has a log (awslogs)';
}
