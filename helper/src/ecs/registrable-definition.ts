import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';

/**
 * A registered definition as input for the next revision. All is copied but what AWS alone may set, so that fields
 * we know nothing of survive (amazon-ecs-deploy-task-definition uses the same denylist).
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
