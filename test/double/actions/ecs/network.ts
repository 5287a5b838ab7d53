import type { Fields } from '../../action-parameters.ts';
import { invalid } from '../../errors.ts';
import type { TaskDefinition } from '../../state/task-definitions.ts';

/** RunTask, CreateService and UpdateService check the network configuration in this way. */
export function checkNetwork(input: Fields, definition: TaskDefinition): void {
  if (input.has('launchType') && input.objects('capacityProviderStrategy').length > 0) {
    throw invalid(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  const needed = definition.content.networkMode === 'awsvpc';
  if (!input.has('networkConfiguration')) {
    if (needed) throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
    return;
  }
  const network = input.object('networkConfiguration').object('awsvpcConfiguration');
  const subnets = network.texts('subnets');
  if (subnets.length === 0) throw invalid('subnets can not be empty.');
  if (subnets.length > 16) throw invalid('subnets can have at most 16 items.');
  if (network.texts('securityGroups').length > 5) throw invalid('securityGroups can have at most 5 items.');
  if (!['ENABLED', 'DISABLED'].includes(network.text('assignPublicIp') ?? 'DISABLED')) {
    throw invalid('assignPublicIp should be ENABLED or DISABLED.');
  }
}
