import { action } from '../../action.ts';
import { AwsError, invalid } from '../../errors.ts';
import { isEnd, rolloutAt } from '../../state/rollouts.ts';

/** The only stop type is ROLLBACK, which is the default. */
export const StopServiceDeployment = action('ecs', 'StopServiceDeployment', (input, { ecs, place }) => {
  const { service, rollout } = ecs.services.deployment(input.need('serviceDeploymentArn'));
  if ((input.text('stopType') ?? 'ROLLBACK') !== 'ROLLBACK') throw invalid('stopType must be ROLLBACK.');
  if (isEnd(rolloutAt(rollout, place.clock.now()).status) || rollout.stoppedAt !== undefined) {
    throw new AwsError('ConflictException', 'The service deployment is not in progress.');
  }
  ecs.services.stop(service, rollout);
  return { serviceDeploymentArn: rollout.arn };
});
