import { action } from '../../action.ts';

/** Lists ACTIVE services, ten on a page. */
export const ListServices = action('ecs', 'ListServices', (input, { ecs }) => {
  const arns = ecs.services.all
    .filter((one) => one.cluster === ecs.cluster(input.text('cluster')) && one.deletedAt === undefined)
    .map((one) => one.arn);
  const from = Number(input.text('nextToken') ?? 0);
  const end = from + (input.number('maxResults') ?? 10);
  return { serviceArns: arns.slice(from, end), nextToken: end < arns.length ? String(end) : undefined };
});
