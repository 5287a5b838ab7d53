import type { Deployed } from './deployed.ts';
import { at, type Value, valuesOfList } from './template.ts';

/** One statement of a policy. A single value becomes a list of one. */
export interface Statement {
  /** Logical name of the role or policy. */
  readonly where: string;
  readonly sid: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: Value | undefined;
}

/** The statements of one policy document. */
export const statements = (where: string, document: Value | undefined): Statement[] =>
  valuesOfList(at(document, 'Statement')).map((statement) => ({
    where,
    sid: String(at(statement, 'Sid')),
    effect: String(at(statement, 'Effect')),
    actions: valuesOfList(at(statement, 'Action')).map(String),
    resources: valuesOfList(at(statement, 'Resource')).map(String),
    condition: at(statement, 'Condition'),
  }));

/** Every statement of the policies of roles and of managed policies, denials included. Trust policies and resource policies are left out. */
export const granted = (stack: Deployed): Statement[] =>
  [...stack.resources].flatMap(([id, { Type: type, Properties: properties }]) => [
    ...valuesOfList(at(properties, 'Policies')).flatMap((policy) => statements(id, at(policy, 'PolicyDocument'))),
    ...(type === 'AWS::IAM::ManagedPolicy' ? statements(id, at(properties, 'PolicyDocument')) : []),
  ]);

/** Actions for which IAM knows no resource, and those that only their cluster limits, like ListTasks. */
export const WITHOUT_RESOURCE: readonly string[] = [
  'ec2:DescribeNetworkInterfaces',
  'ecr:GetAuthorizationToken',
  'ecs:DescribeTaskDefinition',
  'ecs:ListTasks',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
];
