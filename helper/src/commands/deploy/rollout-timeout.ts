import type { Service } from '@aws-sdk/client-ecs';
import type { DeployParameters } from '../../parameters/deploy-parameters.ts';
import type { DeploymentPlan } from '../../service/plan/deployment-plan.ts';
import {
  hasRolloutToWaitFor,
  type LeastDuration,
  leastDuration,
  plannedConfiguration,
} from '../../service/plan/least-duration.ts';

/** Minutes that tasks have to come up, beside the time for which ECS waits by itself. */
const TO_COME_UP = 20;

/** How long a rollout is waited for. */
export interface RolloutTimeout {
  /** Minutes. */
  minutes: number;
  least: LeastDuration;
  /** Why a rollout with this timeout must not even begin: it would be undone while all is well. */
  complaint: string | undefined;
  /** What happens instead where the rollout goes on in ECS. */
  warning: string | undefined;
}

/** The timeout that was given, else one with which a rollout by the service's strategy can end. */
export function rolloutTimeout(
  params: Pick<DeployParameters, 'service' | 'timeout' | 'wait' | 'onAbort'>,
  { service: step }: Pick<DeploymentPlan, 'service'>,
  service: Service | undefined,
): RolloutTimeout {
  const least = leastDuration(plannedConfiguration(step, service));
  const fits = TO_COME_UP + least.minutes;
  const given = params.timeout;
  const minutes = given ?? fits;
  const enough = { minutes, least, complaint: undefined, warning: undefined };
  if (given === undefined || given > least.minutes || !params.wait || least.minutes === 0) return enough;
  if (!hasRolloutToWaitFor(step, service)) return enough;
  const short = `timeout: ${given} is too short: a deployment of service ${params.service} takes more than ${least.minutes} minutes (${least.why})`;
  const mend = `leave timeout out, which makes it ${fits}, or give more than ${least.minutes}`;
  if (params.onAbort === 'leave')
    return { ...enough, warning: `${short}. The step will be red before it ends: ${mend}` };
  const complaint = `${short}, so that it would be rolled back while all is well: ${mend}`;
  return { ...enough, complaint };
}
