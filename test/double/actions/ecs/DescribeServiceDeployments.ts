import { action } from '../../action.ts';
import { invalid } from '../../errors.ts';
import { describeDeployment } from '../../state/deployment-view.ts';

export const DescribeServiceDeployments = action('ecs', 'DescribeServiceDeployments', (input, { ecs, place }) => {
  const arns = input.texts('serviceDeploymentArns');
  if (arns.length === 0 || arns.length > 20) throw invalid('serviceDeploymentArns must have 1 to 20 items.');
  const known = ecs.services.all.flatMap((service) => service.rollouts.map((rollout) => ({ service, rollout })));
  const found = arns.map((arn) => ({ arn, one: known.find(({ rollout }) => rollout.arn === arn) }));
  return {
    serviceDeployments: found.flatMap(({ one }) =>
      one ? [describeDeployment(one.service, one.rollout, place.clock.now())] : [],
    ),
    failures: found.flatMap(({ arn, one }) => (one ? [] : [{ arn, reason: 'MISSING' }])),
  };
});
