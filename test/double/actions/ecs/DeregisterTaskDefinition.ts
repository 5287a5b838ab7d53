import { action } from '../../action.ts';
import { client } from '../../errors.ts';
import { describeDefinition } from '../../state/task-definitions.ts';

export const DeregisterTaskDefinition = action('ecs', 'DeregisterTaskDefinition', (input, { ecs }) => {
  const found = ecs.taskDefinitions.find(input.need('taskDefinition'));
  if (!found) throw client('The specified task definition does not exist.');
  found.status = 'INACTIVE';
  return { taskDefinition: describeDefinition(found) };
});
