import { paginateDescribeRules } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Failure } from '../../failure.ts';
import { operatorFailure } from '../operator-failure.ts';
import type { OperatorWorld } from '../operator-world.ts';

/** A rule of a listener. */
interface ListenerRule {
  readonly priority: number;
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
}

/**
 * The priorities for each kind of rule. The load balancer asks the lowest number first, so a rule with host and path must
 * have a lower number than a rule with one of them. Jenkins itself has 1.
 */
const BANDS = { 'host and path': [100, 9_999], host: [10_000, 29_999], path: [30_000, 50_000] } as const;

/** Reads the rules of a listener, without its default rule. */
export async function readListenerRules({ aws, signal }: OperatorWorld, listener: string): Promise<ListenerRule[]> {
  const rules: ListenerRule[] = [];
  try {
    for await (const { Rules = [] } of paginateDescribeRules({ client: aws.elbv2 }, { ListenerArn: listener })) {
      signal.throwIfAborted();
      for (const { Priority, Conditions = [] } of Rules) {
        const priority = Number(Priority);
        if (!Number.isInteger(priority)) continue;
        const values = (field: string) => Conditions.filter((one) => one.Field === field);
        rules.push({
          priority,
          hosts: values('host-header').flatMap((one) => one.HostHeaderConfig?.Values ?? one.Values ?? []),
          paths: values('path-pattern').flatMap((one) => one.PathPatternConfig?.Values ?? one.Values ?? []),
        });
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw operatorFailure(error, 'read the rules of the load balancer');
  }
  return rules;
}

/** Checks a priority that the operator names. */
export function priorityComplaints(rules: readonly ListenerRule[], priority: number): string[] {
  return rules
    .filter((rule) => rule.priority === priority)
    .map(
      ({ hosts, paths }) =>
        `"priority" ${priority} is that of the rule for ${[...hosts, ...paths].join(' ')}: leave it out to have a free one found`,
    );
}

/**
 * Finds the first free priority for a rule.
 * @throws Failure `usage` where a rule for the same host and path exists, or no number is left
 */
export function freePriority(
  rules: readonly ListenerRule[],
  { host, path }: { readonly host: string | undefined; readonly path: string | undefined },
): number {
  const same = rules.find((rule) => (rule.hosts[0] ?? '') === (host ?? '') && (rule.paths[0] ?? '') === (path ?? ''));
  if (same) {
    throw new Failure('usage', `the load balancer sends ${host ?? ''}${path ?? ''} elsewhere already`, {
      hint: 'take another host or path, or remove that rule first. Nothing was changed',
      evidence: [`rule of priority ${same.priority}: ${[...same.hosts, ...same.paths].join(' ')}`],
    });
  }
  const [from, to] = BANDS[host && path ? 'host and path' : host ? 'host' : 'path'];
  const taken = new Set(rules.map(({ priority }) => priority));
  for (let priority: number = from; priority <= to; priority += 1) if (!taken.has(priority)) return priority;
  throw new Failure('usage', `the load balancer has no free priority from ${from} to ${to}`);
}
