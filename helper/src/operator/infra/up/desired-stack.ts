import type { DesiredStack } from '../../stack/plan-change.ts';
import { type MainStack, type ObservedStack, stackName } from '../../stack/stacks.ts';
import { foundValue, type TemplateValue } from '../../stack/template-values.ts';
import { hasResources } from './plan-up.ts';
import type { UpRequest } from './up-request.ts';

/** The bucket of contexts in builder.yaml. */
export const CONTEXT_BUCKET = { ResourceType: 'AWS::S3::Bucket', LogicalResourceId: 'ContextBucket' } as const;

/**
 * A stack as it shall be.
 * @param done the stacks before it, whose outputs it takes
 * @param found further values that this program found out
 */
export function desiredStack(
  { prefix, templates, values, present }: UpRequest,
  kind: MainStack,
  done: ReadonlyMap<MainStack, ObservedStack>,
  found: Readonly<Record<string, string | undefined>> = {},
): DesiredStack {
  const network = done.get('network')?.outputs ?? {};
  const builder = done.get('builder');
  const vpc = network.VpcId ?? builder?.parameters.VpcId;
  const subnets = network.Subnets ?? builder?.parameters.Subnets;
  const outputs: Record<string, string | undefined> = {
    ...(kind === 'network' ? {} : { VpcId: vpc, Subnets: subnets }),
    ...(kind === 'jenkins'
      ? {
          Cluster: builder?.outputs.Cluster,
          CallerPolicyArn: builder?.outputs.CallerPolicyArn,
          FileSystemId: present.kept.fileSystem,
        }
      : {}),
    ...found,
  };
  const before = present.stacks.get(stackName(prefix, kind));
  // The values of a failed first attempt are used again, so that the operator need not repeat them.
  const earlier = before === undefined || hasResources(before) ? {} : before.parameters;
  const known = Object.entries(earlier).filter(([name]) => templates[kind].parameters.has(name));
  const all = new Map<string, TemplateValue>(known.map(([name, value]) => foundValue(name, value)));
  for (const [name, value] of Object.entries(outputs)) if (value !== undefined) all.set(...foundValue(name, value));
  for (const [name, value] of values[kind]) all.set(name, value);
  return { name: stackName(prefix, kind), prefix, template: templates[kind], values: all };
}
