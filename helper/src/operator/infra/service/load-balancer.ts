import { Failure } from '../../../failure.ts';
import { readStoredSettings } from '../../../settings/stored-settings.ts';
import type { OperatorWorld } from '../../operator-world.ts';

/** The settings in which the jenkins stack tells of its load balancer, by the parameter of service.yaml that takes each. */
const SETTINGS = {
  VpcId: 'vpc',
  ListenerArn: 'listener',
  LoadBalancerSecurityGroup: 'security-group',
  LoadBalancerDnsName: 'dns-name',
  LoadBalancerZoneId: 'zone-id',
} as const;

/** The load balancer of a prefix, as values of service.yaml's parameters. */
type LoadBalancer = Readonly<Record<keyof typeof SETTINGS, string>>;

/**
 * Reads the load balancer that the apps of a prefix share with Jenkins.
 * @throws Failure `usage` where the jenkins stack has not written its settings
 */
export async function readLoadBalancer(world: OperatorWorld, prefix: string): Promise<LoadBalancer> {
  const { values, problem } = await readStoredSettings(world, prefix);
  const missing = Object.values(SETTINGS).filter((name) => !values.has(`load-balancer/${name}`));
  if (missing.length > 0) {
    throw new Failure('usage', `there is no load balancer for the prefix ${prefix} in ${world.aws.region}`, {
      hint: 'fargate-ci infra up makes it, with Jenkins behind it. Another prefix? --prefix',
      evidence: [
        ...missing.map((name) => `no SSM parameter /${prefix}/load-balancer/${name}`),
        ...(problem ? [problem] : []),
      ],
    });
  }
  const settingOf = (name: string): string => values.get(`load-balancer/${name}`) ?? '';
  return {
    VpcId: settingOf(SETTINGS.VpcId),
    ListenerArn: settingOf(SETTINGS.ListenerArn),
    LoadBalancerSecurityGroup: settingOf(SETTINGS.LoadBalancerSecurityGroup),
    LoadBalancerDnsName: settingOf(SETTINGS.LoadBalancerDnsName),
    LoadBalancerZoneId: settingOf(SETTINGS.LoadBalancerZoneId),
  };
}
