import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

export const DescribeTargetHealth = action('elbv2', 'DescribeTargetHealth', (input, { elbv2 }) => {
  const group = elbv2.targetGroups.find((one) => one.arn === input.text('TargetGroupArn'));
  if (!group) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
  return {
    TargetHealthDescriptions: [...group.health].map(([Id, { state, reason, description }]) => ({
      Target: { Id, Port: group.port },
      TargetHealth: { State: state, Reason: reason, Description: description },
    })),
  };
});
