import {
  type Action,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  type Listener,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { World } from '../../world.ts';

/** The URL of a listener, or of a listener's rule, that forwards to a target group. An HTTPS URL comes first. */
export async function loadBalancerUrl({ aws, signal }: World, targetGroup: string): Promise<string | undefined> {
  const options = { abortSignal: signal };
  const groups = await aws.elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroup] }), options);
  const arn = groups.TargetGroups?.[0]?.LoadBalancerArns?.[0];
  if (arn === undefined) return undefined;
  const balancers = await aws.elbv2.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }), options);
  const dnsName = balancers.LoadBalancers?.[0]?.DNSName;
  const { Listeners: listeners = [] } = await aws.elbv2.send(
    new DescribeListenersCommand({ LoadBalancerArn: arn }),
    options,
  );
  const urls: string[] = [];
  for (const listener of listeners) {
    const { Rules: rules = [] } = /^HTTPS?$/.test(listener.Protocol ?? '')
      ? await aws.elbv2.send(new DescribeRulesCommand({ ListenerArn: listener.ListenerArn }), options)
      : {};
    urls.push(...urlsOf(listener, rules, targetGroup, dnsName));
  }
  return urls.find((url) => url.startsWith('https:')) ?? urls[0];
}

/** The URLs under which a listener forwards to a target group. Pure. */
export function urlsOf(
  listener: Listener,
  rules: readonly Rule[],
  targetGroup: string,
  dnsName: string | undefined,
): string[] {
  const secure = listener.Protocol === 'HTTPS' || listener.Protocol === 'TLS';
  const standard = secure ? 443 : 80;
  const port = listener.Port === undefined || listener.Port === standard ? '' : `:${listener.Port}`;
  const url = (host: string | undefined, path: string): string[] =>
    host === undefined ? [] : [`${secure ? 'https' : 'http'}://${host}${port}${path}`];
  const byRule = rules
    .filter((rule) => !rule.IsDefault && forwards(rule.Actions, targetGroup))
    .flatMap((rule) => url(plainValue(rule, 'host-header') ?? dnsName, path(rule)));
  if (byRule.length > 0) return byRule;
  return forwards(listener.DefaultActions, targetGroup) ? url(dnsName, '') : [];
}

const forwards = (actions: readonly Action[] | undefined, targetGroup: string): boolean =>
  (actions ?? []).some(
    (action) =>
      action.TargetGroupArn === targetGroup ||
      action.ForwardConfig?.TargetGroups?.some((group) => group.TargetGroupArn === targetGroup),
  );

/** The first value of a rule's condition without a wildcard, since a browser needs a whole name. */
function plainValue(rule: Rule, field: 'host-header' | 'path-pattern'): string | undefined {
  return valuesOf(rule, field).find((value) => !/[*?]/.test(value));
}

function valuesOf(rule: Rule, field: 'host-header' | 'path-pattern'): string[] {
  const condition = (rule.Conditions ?? []).find((one) => one.Field === field);
  const config = field === 'host-header' ? condition?.HostHeaderConfig : condition?.PathPatternConfig;
  return config?.Values ?? condition?.Values ?? [];
}

function path(rule: Rule): string {
  const whole = plainValue(rule, 'path-pattern') ?? valuesOf(rule, 'path-pattern')[0]?.replace(/[*?].*$/, '') ?? '';
  return whole === '/' ? '' : whole;
}
