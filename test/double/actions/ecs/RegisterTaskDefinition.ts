import { action } from '../../action.ts';
import { describeDefinition } from '../../state/task-definitions.ts';

export const RegisterTaskDefinition = action('ecs', 'RegisterTaskDefinition', (input, { ecs }) => {
  const registered = ecs.taskDefinitions.register(input.all);
  return { taskDefinition: describeDefinition(registered), tags: registered.tags };
});
