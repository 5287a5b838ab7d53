import { Fields } from '../../action-parameters.ts';
import { invalid } from '../../errors.ts';
import type { State } from '../../state/state.ts';
import type { TaskDefinition } from '../../state/task-definitions.ts';

/** The checks that CreateService and UpdateService share. */
export function checkService(input: Fields, definition: TaskDefinition, state: State): void {
  const balancers = input.objects('loadBalancers');
  if (input.has('healthCheckGracePeriodSeconds') && balancers.length === 0) {
    throw invalid('Health check grace period is only valid for services configured to use load balancers');
  }
  const containers = new Fields(definition.content).objects('containerDefinitions');
  for (const balancer of balancers) {
    const [name, port] = [balancer.text('containerName'), balancer.number('containerPort')];
    const container = containers.find((one) => one.text('name') === name);
    if (!container) throw invalid(`The container ${name} does not exist in the task definition.`);
    if (!container.objects('portMappings').some((one) => one.number('containerPort') === port)) {
      throw invalid(`The container ${name} did not have a container port ${port} defined.`);
    }
    const arn = balancer.text('targetGroupArn') ?? '';
    const group = state.elbv2.targetGroups.find((one) => one.arn === arn);
    if (!group) throw invalid(`Unable to find target group ${arn}`);
    if (group.loadBalancers.length === 0) {
      throw invalid(`The target group with targetGroupArn ${arn} does not have an associated load balancer.`);
    }
  }
  const percents = input.object('deploymentConfiguration');
  const [least, most] = [percents.number('minimumHealthyPercent') ?? 100, percents.number('maximumPercent') ?? 200];
  if (least > most) throw invalid('minimumHealthyPercent cannot be greater than maximumPercent.');
  if (least === 100 && most === 100) {
    throw invalid('Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.');
  }
  // CreateService's default is ENABLED if the settings allow it.
  if (input.text('availabilityZoneRebalancing') === 'ENABLED' && most <= 100) {
    throw invalid('availabilityZoneRebalancing does not support a maximumPercent of 100 or less.');
  }
}
