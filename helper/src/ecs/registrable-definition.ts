import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';

/**
 * A registered task definition as input for the next revision. Only the read-only fields, which AWS alone may set, are left
 * out: so fields that this release does not know survive (amazon-ecs-deploy-task-definition has the same list).
 */
export function toRegistrable(
  registered: TaskDefinition,
  tags: RegisterTaskDefinitionCommandInput['tags'] = [],
): RegisterTaskDefinitionCommandInput {
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _at,
    registeredBy: _by,
    deregisteredAt: _gone,
    deleteRequestedAt: _going,
    ...rest
  } = registered;
  return {
    ...rest,
    family: registered.family ?? '',
    containerDefinitions: registered.containerDefinitions ?? [],
    ...(tags.length === 0 ? {} : { tags }),
  };
}
