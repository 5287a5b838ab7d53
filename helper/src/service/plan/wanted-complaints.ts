import type { Service } from '@aws-sdk/client-ecs';
import { cpuUnits, mebibytes, sizeComplaints } from '../../ecs/task-sizes.ts';
import { type BaseDefinition, chooseContainer } from '../definition/merge-definition.ts';
import type { Definition } from '../revision.ts';
import type { WantedService } from '../wanted-service.ts';
import { servicePort } from './load-balancers.ts';

/** RegisterTaskDefinition's limit, in bytes. */
const DEFINITION_LIMIT = 65_536;
/** awsvpc's limits. */
const SUBNETS = 16;
const GROUPS = 5;

/** What ECS would refuse, or what could never come up, found before anything is created. */
export function wantedServiceComplaints(
  wanted: WantedService,
  service: Service | undefined,
  base: BaseDefinition,
  definition: Definition,
): string[] {
  return [
    ...aboutDefinition(wanted, base, definition),
    ...aboutNetwork(wanted, service),
    ...aboutService(wanted, service, definition),
  ];
}

function aboutDefinition(wanted: WantedService, base: BaseDefinition, definition: Definition): string[] {
  const name = chooseContainer(definition, wanted);
  const container = definition.containerDefinitions?.find((one) => one.name === name);
  const told: string[] = [];
  if (base.origin === 'new' && wanted.port === undefined) {
    told.push(`port is missing: the new service ${wanted.service} needs the port that its container listens on`);
  }
  const cpu = cpuUnits(definition.cpu ?? '');
  const memory = mebibytes(definition.memory ?? '');
  if (cpu === undefined || memory === undefined) told.push("the task's cpu and memory must be given for Fargate");
  else told.push(...sizeComplaints({ cpu, memory }, definition.ephemeralStorage?.sizeInGiB));
  if (container?.image === undefined || container.image === '') {
    told.push(`image is missing: the container ${name} has none yet`);
  }
  const needsRole = (container?.secrets ?? []).length > 0 || container?.logConfiguration?.logDriver === 'awslogs';
  if (needsRole && !definition.executionRoleArn) {
    told.push('executionRole is missing: ECS needs it to write the log and to read secrets (setting appExecutionRole)');
  }
  if (definition.networkMode !== 'awsvpc') {
    told.push(`the task definition's networkMode is ${definition.networkMode ?? 'not given'}: Fargate needs awsvpc`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes > DEFINITION_LIMIT) {
    told.push(
      `the task definition has ${bytes} bytes: ECS takes ${DEFINITION_LIMIT}; env and command are the usual reason`,
    );
  }
  return told;
}

function aboutNetwork(wanted: WantedService, service: Service | undefined): string[] {
  const subnets = wanted.explicit.subnets ?? (service ? undefined : (wanted.defaults.subnets ?? []));
  const groups = wanted.explicit.securityGroups ?? (service ? undefined : (wanted.defaults.securityGroups ?? []));
  const told: string[] = [];
  if (subnets?.length === 0) told.push('subnets are missing: give them, or the setting appSubnets');
  if (subnets && subnets.length > SUBNETS) told.push(`${subnets.length} subnets: ECS takes at most ${SUBNETS}`);
  if (groups && groups.length > GROUPS) told.push(`${groups.length} security groups: ECS takes at most ${GROUPS}`);
  return told;
}

function aboutService(wanted: WantedService, service: Service | undefined, definition: Definition): string[] {
  const told: string[] = [];
  const { targetGroup } = wanted.explicit;
  const balancers = service?.loadBalancers ?? [];
  const balanced = targetGroup !== undefined || balancers.length > 0 || (!service && wanted.defaults.targetGroup);
  if (targetGroup !== undefined && !/^arn:[^:]+:elasticloadbalancing:.+:targetgroup\//.test(targetGroup)) {
    told.push(`targetGroup "${targetGroup}" is not the ARN of a target group`);
  }
  if (
    targetGroup !== undefined &&
    balancers.length > 1 &&
    !balancers.some((one) => one.targetGroupArn === targetGroup)
  ) {
    told.push(
      `the service has ${balancers.length} target groups, and ${targetGroup} is none of them: change them in their own stack`,
    );
  }
  if (balanced && servicePort(wanted, definition) === undefined) {
    told.push('port is missing: the load balancer needs the port that the container listens on');
  }
  if (wanted.healthCheckGrace !== undefined && !balanced) {
    told.push('healthCheckGrace is of use with a load balancer only: leave it out, or give targetGroup');
  }
  const configuration = service?.deploymentConfiguration;
  const minimum = wanted.minimumHealthy ?? configuration?.minimumHealthyPercent ?? 100;
  const maximum = wanted.maximumHealthy ?? configuration?.maximumPercent ?? 200;
  if (minimum >= maximum) {
    told.push(
      `minimumHealthy ${minimum} and maximumHealthy ${maximum} leave no room to replace a task: lower the one or raise the other`,
    );
  }
  return told;
}
