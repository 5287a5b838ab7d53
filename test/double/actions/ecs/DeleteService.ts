import { action } from '../../action.ts';
import { invalid } from '../../errors.ts';
import { describeService } from '../../state/service-view.ts';

export const DeleteService = action('ecs', 'DeleteService', (input, { ecs, place }) => {
  const service = ecs.services.active(ecs.cluster(input.text('cluster')), input.need('service'));
  if (service.desiredCount > 0 && input.flag('force') !== true) {
    throw invalid('The service cannot be stopped while it is scaled above 0.');
  }
  service.desiredCount = 0;
  service.deletedAt = place.clock.now();
  for (const task of service.rollouts.flatMap((rollout) => rollout.tasks)) {
    ecs.tasks.stop(
      task,
      'Scaling activity initiated by service deletion',
      place.clock.now(),
      'ServiceSchedulerInitiated',
    );
  }
  return { service: describeService(service, place.clock.now()) };
});
