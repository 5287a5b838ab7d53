import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

export const DescribeLoadBalancers = action('elbv2', 'DescribeLoadBalancers', (input, { elbv2 }) => {
  const [arns, names] = [input.texts('LoadBalancerArns'), input.texts('Names')];
  const found = elbv2.loadBalancers
    .filter((one) => arns.length === 0 || arns.includes(one.arn))
    .filter((one) => names.length === 0 || names.includes(one.name));
  if (found.length < arns.length + names.length) {
    throw new AwsError('LoadBalancerNotFound', 'One or more load balancers not found');
  }
  return {
    LoadBalancers: found.map((one) => ({
      LoadBalancerArn: one.arn,
      LoadBalancerName: one.name,
      DNSName: one.dnsName,
      Scheme: one.scheme,
      Type: 'application',
      State: { Code: 'active' },
    })),
  };
});
