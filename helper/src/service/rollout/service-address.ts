import { DescribeTasksCommand, ListTasksCommand, type Service, type Task } from '@aws-sdk/client-ecs';
import {
  type Action,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  type Listener,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { askEc2, DescribeNetworkInterfacesCommand, type NetworkInterface } from '../../aws/ec2-commands.ts';
import type { World } from '../../world.ts';
import { readService } from '../read-service.ts';
import { sameRevision } from '../revision.ts';
import type { OurDeployment } from './our-deployment.ts';

/** Where a service can be reached: the load balancer's URL, else `address:port` of each task. */
interface ServiceAddress {
  url: string | undefined;
  addresses: readonly string[];
  /** The service as it is now, where it could be read. */
  now: Service | undefined;
}

/** Finds where the service can be reached. It is only information, so an error is a warning and no failure. */
export async function findServiceAddress(
  world: World,
  ours: OurDeployment,
  port: number | undefined,
): Promise<ServiceAddress> {
  const attempt = async <T>(doing: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      world.signal.throwIfAborted();
      world.report({ type: 'warning', text: `could not ${doing}: ${error instanceof Error ? error.message : error}` });
      return undefined;
    }
  };
  const now = await attempt('read the service', () => readService(world, ours));
  const targetGroup = now?.loadBalancers?.find((one) => one.targetGroupArn)?.targetGroupArn;
  if (targetGroup !== undefined) {
    const url = await attempt("find the load balancer's address", () => balancerUrl(world, targetGroup));
    if (url !== undefined) return { url, addresses: [], now };
  }
  const addresses = await attempt("find the tasks' addresses", () => taskAddresses(world, ours, port));
  return { url: undefined, addresses: addresses ?? [], now };
}

/** The URL of the listener, or of the listener's rule, that forwards to a target group; HTTPS before HTTP. */
async function balancerUrl({ aws, signal }: World, targetGroup: string): Promise<string | undefined> {
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

/** Pure: the URLs by which a listener reaches a target group. */
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

/** The first value of a rule's condition that has no wildcard: one that a browser can be sent to. */
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

async function taskAddresses(world: World, ours: OurDeployment, port: number | undefined): Promise<string[]> {
  const options = { abortSignal: world.signal };
  const listed = await world.aws.ecs.send(
    new ListTasksCommand({ cluster: ours.cluster, serviceName: ours.service }),
    options,
  );
  if (!listed.taskArns?.length) return [];
  const described = await world.aws.ecs.send(
    new DescribeTasksCommand({ cluster: ours.cluster, tasks: listed.taskArns.slice(0, 100) }),
    options,
  );
  const tasks = (described.tasks ?? []).filter((task) => sameRevision(task.taskDefinitionArn, ours.taskDefinition));
  const interfaces = tasks.map(interfaceOf);
  const ids = interfaces.flatMap(({ id }) => id ?? []);
  const publicIps = ids.length === 0 ? new Map<string, string>() : await publicAddresses(world, ids);
  const ips = interfaces.flatMap(({ id, privateIp }) => publicIps.get(id ?? '') ?? privateIp ?? []);
  return ips.map((ip) => (port === undefined ? ip : `${ip}:${port}`));
}

function interfaceOf(task: Task): { id: string | undefined; privateIp: string | undefined } {
  const details = (task.attachments ?? []).flatMap((one) => one.details ?? []);
  const detail = (name: string): string | undefined => details.find((one) => one.name === name)?.value;
  const first = task.containers?.flatMap((container) => container.networkInterfaces ?? [])[0];
  return { id: detail('networkInterfaceId'), privateIp: detail('privateIPv4Address') ?? first?.privateIpv4Address };
}

async function publicAddresses(world: World, ids: readonly string[]): Promise<Map<string, string>> {
  try {
    const request = new DescribeNetworkInterfacesCommand({ NetworkInterfaceId: ids });
    return publicAddressesOf((await askEc2(world, request)).networkInterfaceSet ?? []);
  } catch (error) {
    world.signal.throwIfAborted();
    world.report({
      type: 'detail',
      text: `DescribeNetworkInterfaces: ${error instanceof Error ? error.message : error}`,
    });
    return new Map();
  }
}

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** Pure: network interface -> public address, of those that have one. */
export function publicAddressesOf(interfaces: readonly NetworkInterface[]): Map<string, string> {
  return new Map(
    interfaces.flatMap(({ networkInterfaceId: id, association }): [string, string][] =>
      id !== undefined && IPV4.test(association?.publicIp ?? '') ? [[id, association?.publicIp ?? '']] : [],
    ),
  );
}
