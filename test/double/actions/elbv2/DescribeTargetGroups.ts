import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

export const DescribeTargetGroups = action('elbv2', 'DescribeTargetGroups', (input, { elbv2 }) => {
  const [arns, names, balancer] = [input.texts('TargetGroupArns'), input.texts('Names'), input.text('LoadBalancerArn')];
  const found = elbv2.targetGroups
    .filter((one) => arns.length === 0 || arns.includes(one.arn))
    .filter((one) => names.length === 0 || names.includes(one.name))
    .filter((one) => balancer === undefined || one.loadBalancers.includes(balancer));
  if (found.length < arns.length + names.length) {
    throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
  }
  return {
    TargetGroups: found.map((one) => ({
      TargetGroupArn: one.arn,
      TargetGroupName: one.name,
      Protocol: 'HTTP',
      Port: one.port,
      TargetType: 'ip',
      HealthCheckPath: '/',
      Matcher: { HttpCode: '200' },
      LoadBalancerArns: one.loadBalancers,
    })),
  };
});
