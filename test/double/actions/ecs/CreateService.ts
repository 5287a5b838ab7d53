import { action } from '../../action.ts';
import { client, invalid } from '../../errors.ts';
import { without } from '../../json-values.ts';
import { describeService } from '../../state/service-view.ts';
import { checkCount } from '../../state/services.ts';
import { checkNetwork } from './network.ts';
import { checkService } from './service-checks.ts';

export const CreateService = action('ecs', 'CreateService', (input, state) => {
  const { ecs, place } = state;
  const cluster = ecs.cluster(input.text('cluster'));
  const name = input.need('serviceName');
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalid('Service name contains invalid characters or is too long.');
  const token = input.text('clientToken');
  // The SDK's documentation: "Up to 36 ASCII characters in the range of 33-126 (inclusive) are allowed."
  if (token !== undefined && !/^[\x21-\x7e]{1,36}$/.test(token))
    throw invalid('clientToken can have at most 36 characters.');
  const definition = ecs.taskDefinitions.find(input.need('taskDefinition'));
  if (!definition) throw client('TaskDefinition not found.');
  checkNetwork(input, definition);
  checkService(input, definition, state);
  const known = ecs.services.find(cluster, name);
  if (known && known.deletedAt === undefined) {
    if (token !== undefined && known.clientToken === token && ecs.services.knowsTokens)
      return { service: describeService(known, place.clock.now(), true) };
    throw invalid('Creation of service was not idempotent.');
  }
  const settings = without(input.all, 'serviceName', 'taskDefinition', 'cluster', 'desiredCount', 'clientToken');
  const service = ecs.services.add(cluster, name, checkCount(input.number('desiredCount')) ?? 0, settings);
  service.clientToken = token;
  ecs.services.rollOut(service, definition, ecs.services.take());
  return { service: describeService(service, place.clock.now(), true) };
});
