import type { Service } from '@aws-sdk/client-ecs';
import type { DeployParameters } from '../../parameters/deploy-parameters.ts';
import type { DeploymentPlan } from '../../service/plan/deployment-plan.ts';
import {
  hasRolloutToWaitFor,
  type LeastDuration,
  leastDuration,
  plannedConfiguration,
} from '../../service/plan/least-duration.ts';

/** Minutes for tasks to come up, in addition to the time for which ECS waits by the service's strategy. */
const START_MINUTES = 20;

/** How long a rollout is waited for. */
export interface RolloutTimeout {
  /** Minutes. */
  minutes: number;
  least: LeastDuration;
  /** Why a rollout with this timeout must not begin: it would be undone although nothing is wrong. */
  complaint: string | undefined;
  /** Warned of instead, where a timeout leaves the rollout to ECS. */
  warning: string | undefined;
}

/** The timeout that was given, else one that is long enough for the service's deployment strategy. */
export function rolloutTimeout(
  params: Pick<DeployParameters, 'service' | 'timeout' | 'wait' | 'onAbort'>,
  { service: step }: Pick<DeploymentPlan, 'service'>,
  service: Service | undefined,
): RolloutTimeout {
  const least = leastDuration(plannedConfiguration(step, service));
  const byDefault = START_MINUTES + least.minutes;
  const given = params.timeout;
  const minutes = given ?? byDefault;
  const accepted = { minutes, least, complaint: undefined, warning: undefined };
  if (given === undefined || given > least.minutes || !params.wait || least.minutes === 0) return accepted;
  if (!hasRolloutToWaitFor(step, service)) return accepted;
  const tooShort = `timeout: ${given} is too short: a deployment of service ${params.service} takes more than ${least.minutes} minutes (${least.why})`;
  const mend = `leave timeout out, which makes it ${byDefault}, or give more than ${least.minutes}`;
  if (params.onAbort === 'leave')
    return { ...accepted, warning: `${tooShort}. The step will be red before it ends: ${mend}` };
  const complaint = `${tooShort}, so that it would be rolled back while all is well: ${mend}`;
  return { ...accepted, complaint };
}
