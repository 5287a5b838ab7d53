import { action } from '../../action.ts';
import { invalid } from '../../errors.ts';
import { describeService } from '../../state/service-view.ts';

/** An unknown service is one of the `failures`, with the reason MISSING, and no error. */
export const DescribeServices = action('ecs', 'DescribeServices', (input, { ecs, place }) => {
  const cluster = ecs.cluster(input.text('cluster'));
  const names = input.texts('services');
  if (names.length === 0) throw invalid('Services cannot be empty.');
  if (names.length > 10) throw invalid('services can have at most 10 items.');
  const tagged = input.texts('include').includes('TAGS');
  const found = names.map((name) => ({ name, service: ecs.services.find(cluster, name) }));
  return {
    services: found.flatMap(({ service }) =>
      service ? [{ ...describeService(service, place.clock.now()), ...(tagged ? { tags: service.tags } : {}) }] : [],
    ),
    failures: found.flatMap(({ name, service }) =>
      service
        ? []
        : [{ arn: ecs.services.arn('service', `${cluster}/${name.replace(/^.*\//, '')}`), reason: 'MISSING' }],
    ),
  };
});
