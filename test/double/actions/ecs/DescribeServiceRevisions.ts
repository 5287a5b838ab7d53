import { action } from '../../action.ts';
import { invalid } from '../../errors.ts';
import { describeRevision } from '../../state/deployment-view.ts';

export const DescribeServiceRevisions = action('ecs', 'DescribeServiceRevisions', (input, { ecs }) => {
  const arns = input.texts('serviceRevisionArns');
  if (arns.length === 0 || arns.length > 20) throw invalid('serviceRevisionArns must have 1 to 20 items.');
  const known = ecs.services.all.flatMap((service) => service.rollouts.map((rollout) => ({ service, rollout })));
  const found = arns.map((arn) => ({ arn, one: known.find(({ rollout }) => rollout.revisionArn === arn) }));
  return {
    serviceRevisions: found.flatMap(({ one }) => (one ? [describeRevision(one.service, one.rollout)] : [])),
    failures: found.flatMap(({ arn, one }) => (one ? [] : [{ arn, reason: 'MISSING' }])),
  };
});
