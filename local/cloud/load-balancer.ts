import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { LocalAws } from './aws-clients.ts';
import { PREFIX } from './builder-stack.ts';
import { defaultNetwork } from './ec2-lists.ts';

/**
 * Makes a load balancer in front of a service, as a platform's own stack would. The service finds its target group
 * through the settings.
 * @param port of the container
 * @returns the load balancer's DNS name
 */
export async function createLoadBalancer(aws: LocalAws, service: string, port: number): Promise<string> {
  const { vpc, subnets } = await defaultNetwork(aws.endpoint);
  const { TargetGroups: [group] = [] } = await aws.loadBalancing.send(
    new CreateTargetGroupCommand({ Name: service, Protocol: 'HTTP', Port: port, VpcId: vpc, TargetType: 'ip' }),
  );
  const { LoadBalancers: [balancer] = [] } = await aws.loadBalancing.send(
    new CreateLoadBalancerCommand({ Name: service, Subnets: subnets.slice(0, 2) }),
  );
  await aws.loadBalancing.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: group?.TargetGroupArn }],
    }),
  );
  await aws.ssm.send(
    new PutParameterCommand({
      Name: `/${PREFIX}/services/${service}/target-group`,
      Type: 'String',
      Value: group?.TargetGroupArn,
      Overwrite: true,
    }),
  );
  return balancer?.DNSName ?? '';
}
