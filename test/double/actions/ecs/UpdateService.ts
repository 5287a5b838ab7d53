import { action } from '../../action.ts';
import { Fields } from '../../action-parameters.ts';
import { client } from '../../errors.ts';
import { type JsonObject, without } from '../../json-values.ts';
import { describeService } from '../../state/service-view.ts';
import { checkCount } from '../../state/services.ts';
import { checkNetwork } from './network.ts';
import { checkService } from './service-checks.ts';

/** Settings whose change starts no deployment (the SDK's documentation of UpdateService). */
const QUIET = [
  'deploymentConfiguration',
  'healthCheckGracePeriodSeconds',
  'enableExecuteCommand',
  'availabilityZoneRebalancing',
];

export const UpdateService = action('ecs', 'UpdateService', (input, state) => {
  const { ecs, place } = state;
  const service = ecs.services.active(ecs.cluster(input.text('cluster')), input.need('service'));
  const now = place.clock.now();
  const wanted = input.text('taskDefinition');
  const settings = without(input.all, 'cluster', 'service', 'taskDefinition', 'desiredCount', 'forceNewDeployment');
  const shown = String(describeService(service, now).taskDefinition);
  const definition = ecs.taskDefinitions.find(wanted ?? shown);
  if (!definition) throw client('TaskDefinition not found.');
  if (wanted !== undefined && definition.status === 'INACTIVE') throw client('TaskDefinition is inactive');
  const after: JsonObject = { ...service.settings, ...settings };
  checkNetwork(new Fields(after), definition);
  checkService(new Fields(after), definition, state);
  const changed = Object.keys(settings).some(
    (name) => !QUIET.includes(name) && JSON.stringify(settings[name]) !== JSON.stringify(service.settings[name]),
  );
  service.settings = after;
  const count = checkCount(input.number('desiredCount')) ?? service.desiredCount;
  if (input.flag('forceNewDeployment') || changed || definition.arn !== shown) {
    service.desiredCount = count;
    ecs.services.rollOut(service, definition, ecs.services.take());
    return { service: describeService(service, now, true) };
  }
  ecs.services.scale(service, count);
  return { service: describeService(service, now) };
});
