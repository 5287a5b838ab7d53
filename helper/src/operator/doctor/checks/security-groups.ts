import type { SecurityGroup, SecurityGroupRule } from '../../account/network.ts';
import type { CheckResult } from './check-result.ts';

/** Checks whether the groups exist, belong to the tasks' VPC, and let a task reach its registry. Pure. */
export function checkSecurityGroups(
  ids: readonly string[],
  groups: readonly SecurityGroup[],
  vpc: string | undefined,
  tasks: 'builds' | 'services',
): CheckResult<true> {
  const missing = ids.filter((id) => !groups.some((group) => group.id === id));
  if (missing.length > 0) {
    return {
      state: 'problem',
      finding: `${missing.join(', ')} ${missing.length > 1 ? 'do' : 'does'} not exist in this account and region`,
      hint: 'update the builder stack, which makes them, or mend the settings builderSecurityGroups and appSecurityGroups',
    };
  }
  const elsewhere = groups.filter((group) => vpc !== undefined && group.vpc !== vpc);
  if (elsewhere.length > 0) {
    return {
      state: 'problem',
      finding: `${elsewhere.map(({ id }) => id).join(', ')} is not of the subnets' VPC ${vpc}`,
      hint: 'name security groups and subnets of one VPC',
      details: elsewhere.map((group) => `${group.id}: ${group.vpc}`),
    };
  }
  const egress = groups.flatMap((group) => group.egress);
  if (!egress.some(isHttps)) {
    return {
      state: 'problem',
      finding: `${ids.join(', ')} let nothing out on port 443: no image can be pulled, no log written`,
      hint: 'allow outbound HTTPS (tcp 443) to 0.0.0.0/0, or to the endpoints and the prefix list of S3',
    };
  }
  const open = groups.filter(({ ingress }) => ingress.some(({ peers }) => peers.length > 0));
  if (tasks === 'builds' && open.length > 0) {
    return {
      state: 'warning',
      finding: `${open.map(({ id }) => id).join(', ')} lets connections in to builds, which need none`,
      hint: 'remove the inbound rules: nothing ever connects to a build',
      fact: true,
    };
  }
  if (!egress.some((rule) => isHttps(rule) && rule.peers.includes('0.0.0.0/0'))) {
    return {
      state: 'warning',
      finding: 'HTTPS goes out to some addresses only',
      hint: 'see to it that they are those of S3, ECR, CloudWatch Logs and whatever the tasks fetch',
      details: egress.filter(isHttps).map(({ peers }) => peers.join(', ')),
      fact: true,
    };
  }
  const inbound = open.length > 0 ? openPorts(open) : 'nothing comes in';
  return { state: 'ok', finding: `${ids.join(', ')}: HTTPS goes out, ${inbound}`, fact: true };
}

const isHttps = ({ protocol, from, to, peers }: SecurityGroupRule): boolean =>
  peers.length > 0 && (protocol === '-1' || (protocol === 'tcp' && from <= 443 && to >= 443));

/** Words the inbound rules, as `port 8080 is open to 203.0.113.7/32`. */
function openPorts(groups: readonly SecurityGroup[]): string {
  const rules = groups.flatMap(({ ingress }) => ingress).filter(({ peers }) => peers.length > 0);
  return rules
    .map(({ protocol, from, to, peers }) => {
      const ports = protocol === '-1' ? 'everything' : from === to ? `port ${from}` : `ports ${from}-${to}`;
      return `${ports} is open to ${peers.join(', ')}`;
    })
    .join('; ');
}
