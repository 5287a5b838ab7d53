import { hexId } from './ids.ts';
import type { Place } from './place.ts';

export interface TargetGroup {
  arn: string;
  name: string;
  port: number;
  /** ARNs of the load balancers that send to it. */
  loadBalancers: string[];
  /** Health of its targets, by address. */
  health: Map<string, { state: string; reason?: string; description?: string }>;
}

/** A rule of a listener: its hosts and paths, and the target group for them. */
export interface Rule {
  arn: string;
  listener: string;
  priority: string;
  hosts: readonly string[];
  paths: readonly string[];
  targetGroup: string;
}

export interface Listener {
  arn: string;
  loadBalancer: string;
  protocol: 'HTTP' | 'HTTPS';
  port: number;
  /** The target group of its default action; undefined if the default action answers 404. */
  targetGroup?: string;
}

export interface LoadBalancer {
  arn: string;
  name: string;
  dnsName: string;
  scheme: 'internet-facing' | 'internal';
}

/** Everything that an application behind a load balancer needs. */
export interface Exposed {
  name: string;
  protocol?: 'HTTP' | 'HTTPS';
  port?: number;
  scheme?: LoadBalancer['scheme'];
  /** The hosts and paths of a rule. Without both, the listener's default action is meant. */
  hosts?: readonly string[];
  paths?: readonly string[];
}

/** ELBv2: load balancers, listeners, rules, target groups. */
export class Elbv2 {
  readonly targetGroups: TargetGroup[] = [];
  readonly loadBalancers: LoadBalancer[] = [];
  readonly listeners: Listener[] = [];
  readonly rules: Rule[] = [];

  constructor(private readonly place: Place) {}

  /** A target group that no load balancer uses yet. */
  createTargetGroup(name: string, port = 80): TargetGroup {
    const arn = this.#arn(`targetgroup/${name}/${hexId('tg', name).slice(0, 16)}`);
    const group: TargetGroup = { arn, name, port, loadBalancers: [], health: new Map() };
    this.targetGroups.push(group);
    return group;
  }

  /** Makes a load balancer, its listener, a rule if one is needed, and a target group behind it. */
  expose({
    name,
    protocol = 'HTTP',
    port = protocol === 'HTTP' ? 80 : 443,
    scheme = 'internet-facing',
    ...rule
  }: Exposed): TargetGroup {
    const group = this.createTargetGroup(name);
    const id = `app/${name}/${hexId('lb', name).slice(0, 16)}`;
    const arn = this.#arn(`loadbalancer/${id}`);
    const dnsName = `${scheme === 'internal' ? 'internal-' : ''}${name}-1234567890.${this.place.region}.elb.amazonaws.com`;
    this.loadBalancers.push({ arn, name, dnsName, scheme });
    group.loadBalancers.push(arn);
    const listener = this.#arn(`listener/${id}/${hexId('listener', name).slice(0, 16)}`);
    const { hosts = [], paths = [] } = rule;
    const byRule = hosts.length > 0 || paths.length > 0;
    this.listeners.push({
      arn: listener,
      loadBalancer: arn,
      protocol,
      port,
      ...(byRule ? {} : { targetGroup: group.arn }),
    });
    if (byRule) {
      const ruleArn = this.#arn(
        `listener-rule/${id}/${hexId('listener', name).slice(0, 16)}/${hexId('rule', name).slice(0, 16)}`,
      );
      this.rules.push({ arn: ruleArn, listener, priority: '10', hosts, paths, targetGroup: group.arn });
    }
    return group;
  }

  #arn(rest: string): string {
    return `arn:aws:elasticloadbalancing:${this.place.region}:${this.place.account}:${rest}`;
  }
}
