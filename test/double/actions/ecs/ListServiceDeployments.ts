import { action } from '../../action.ts';
import { briefDeployment } from '../../state/deployment-view.ts';

const KEPT_MS = 90 * 86_400_000;

/** The deployments of the last 90 days, newest first. `createdAt` is in seconds since the epoch. One that has just begun can still be absent. */
export const ListServiceDeployments = action('ecs', 'ListServiceDeployments', (input, { ecs, place }) => {
  const service = ecs.services.active(ecs.cluster(input.text('cluster')), input.need('service'));
  const now = place.clock.now();
  const [after, before] = [input.object('createdAt').number('after'), input.object('createdAt').number('before')];
  const statuses = input.texts('status');
  const found = service.rollouts
    .filter((one) => now - one.createdAt >= (one.script.listedAfter ?? 0))
    .filter((one) => now - one.createdAt < KEPT_MS)
    .filter((one) => after === undefined || one.createdAt / 1000 >= after)
    .filter((one) => before === undefined || one.createdAt / 1000 <= before)
    .map((one) => briefDeployment(service, one, now))
    .filter((one) => statuses.length === 0 || statuses.includes(String(one.status)))
    .reverse();
  const from = Number(input.text('nextToken') ?? 0);
  const end = from + (input.number('maxResults') ?? 20);
  return {
    serviceDeployments: found.slice(from, end),
    nextToken: end < found.length ? String(end) : undefined,
  };
});
