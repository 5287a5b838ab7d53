import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

export const DescribeListeners = action('elbv2', 'DescribeListeners', (input, { elbv2 }) => {
  const [balancer, arns] = [input.text('LoadBalancerArn'), input.texts('ListenerArns')];
  if (balancer !== undefined && !elbv2.loadBalancers.some((one) => one.arn === balancer)) {
    throw new AwsError('LoadBalancerNotFound', `Load balancer '${balancer}' not found`);
  }
  const found = elbv2.listeners
    .filter((one) => balancer === undefined || one.loadBalancer === balancer)
    .filter((one) => arns.length === 0 || arns.includes(one.arn));
  return {
    Listeners: found.map((one) => ({
      ListenerArn: one.arn,
      LoadBalancerArn: one.loadBalancer,
      Protocol: one.protocol,
      Port: one.port,
      DefaultActions: [forwardOr404(one.targetGroup)],
    })),
  };
});

/** A listener's default action. */
export function forwardOr404(targetGroup: string | undefined) {
  return targetGroup === undefined
    ? { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }
    : {
        Type: 'forward',
        TargetGroupArn: targetGroup,
        ForwardConfig: { TargetGroups: [{ TargetGroupArn: targetGroup, Weight: 1 }] },
      };
}
