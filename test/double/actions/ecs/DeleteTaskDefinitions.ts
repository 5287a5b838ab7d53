import { action } from '../../action.ts';
import { client } from '../../errors.ts';
import { describeDefinition } from '../../state/task-definitions.ts';

/** Takes at most ten, by ARN or `family:revision`. Only deregistered revisions are deleted; the others come back as failures. */
export const DeleteTaskDefinitions = action('ecs', 'DeleteTaskDefinitions', (input, { ecs }) => {
  const names = input.texts('taskDefinitions');
  if (names.length === 0 || names.length > 10) throw client('taskDefinitions must have one to ten entries.');
  const found = names.map((name) => ({ name, one: ecs.taskDefinitions.find(name) }));
  const failures = found
    .filter(({ one }) => one?.status !== 'INACTIVE')
    .map(({ name }) => ({ arn: name, reason: 'The specified task definition is still in ACTIVE status.' }));
  const deleted = found.flatMap(({ one }) => (one?.status === 'INACTIVE' ? [one] : []));
  for (const one of deleted) one.status = 'DELETE_IN_PROGRESS';
  return { taskDefinitions: deleted.map(describeDefinition), failures };
});
