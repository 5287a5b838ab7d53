import { action } from '../../action.ts';
import { client } from '../../errors.ts';
import { describeDefinition } from '../../state/task-definitions.ts';

export const DescribeTaskDefinition = action('ecs', 'DescribeTaskDefinition', (input, { ecs }) => {
  const found = ecs.taskDefinitions.find(input.need('taskDefinition'));
  if (!found) throw client('Unable to describe task definition.');
  const tags = input.texts('include').includes('TAGS') ? found.tags : [];
  return { taskDefinition: describeDefinition(found), tags };
});
