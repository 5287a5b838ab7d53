import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { shortId } from '../aws/arn.ts';
import { toRegistrable } from '../ecs/registrable-definition.ts';

/** The content of a task definition, as RegisterTaskDefinition takes it. */
export type Definition = RegisterTaskDefinitionCommandInput;

/** A registered revision of a task definition. */
export interface Revision {
  arn: string;
  definition: Definition;
  /** False after it was deregistered: its tasks may still run, but ECS deploys nothing with it any more. */
  active: boolean;
}

/** A revision from what DescribeTaskDefinition answers; undefined where the answer has none. */
export function asRevision(
  registered: Parameters<typeof toRegistrable>[0] | undefined,
  tags: Definition['tags'],
): Revision | undefined {
  const arn = registered?.taskDefinitionArn;
  if (!registered || !arn) return undefined;
  return { arn, definition: toRegistrable(registered, tags), active: (registered.status ?? 'ACTIVE') === 'ACTIVE' };
}

/** True where both name the same revision, whether by ARN or as `family:7`. */
export const sameRevision = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && shortId(a) === shortId(b);
