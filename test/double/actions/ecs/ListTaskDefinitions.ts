import { action } from '../../action.ts';

/** Lists active revisions unless another status is asked for, oldest first unless sorted DESC, a hundred on a page. */
export const ListTaskDefinitions = action('ecs', 'ListTaskDefinitions', (input, { ecs }) => {
  const family = input.text('familyPrefix');
  const status = input.text('status') ?? 'ACTIVE';
  const arns = ecs.taskDefinitions
    .list()
    .filter((one) => family === undefined || one.family === family)
    .filter((one) => one.status === status)
    .map((one) => one.arn);
  if (input.text('sort') === 'DESC') arns.reverse();
  const from = Number(input.text('nextToken') ?? 0);
  const end = from + Math.min(input.number('maxResults') ?? 100, 100);
  return { taskDefinitionArns: arns.slice(from, end), nextToken: end < arns.length ? String(end) : undefined };
});
