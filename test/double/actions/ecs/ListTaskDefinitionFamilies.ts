import { action } from '../../action.ts';

/** The families with an active revision whose names begin with the prefix, in the order of names, a hundred on a page. */
export const ListTaskDefinitionFamilies = action('ecs', 'ListTaskDefinitionFamilies', (input, { ecs }) => {
  const beginning = input.text('familyPrefix') ?? '';
  const active = ecs.taskDefinitions
    .list()
    .filter((one) => one.status === 'ACTIVE' && one.family.startsWith(beginning));
  const families = [...new Set(active.map(({ family }) => family))].sort();
  const from = Number(input.text('nextToken') ?? 0);
  const end = from + Math.min(input.number('maxResults') ?? 100, 100);
  return { families: families.slice(from, end), nextToken: end < families.length ? String(end) : undefined };
});
