import type { Service } from '@aws-sdk/client-ecs';
import { cpuUnits, mebibytes, sizeComplaints } from '../../ecs/task-sizes.ts';
import { type BaseDefinition, chooseContainer } from '../definition/merge-definition.ts';
import type { Definition } from '../revision.ts';
import type { WantedService } from '../wanted-service.ts';
import { servicePort } from './load-balancers.ts';

/** The longest input of RegisterTaskDefinition, in bytes. */
const MAX_DEFINITION_BYTES = 65_536;
/** ECS' limits for awsvpc networks. */
const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;

/** Complaints about what ECS would refuse, or what could never come up. They come before anything is created. */
export function wantedServiceComplaints(
  wanted: WantedService,
  service: Service | undefined,
  base: BaseDefinition,
  definition: Definition,
): string[] {
  return [
    ...definitionComplaints(wanted, base, definition),
    ...networkComplaints(wanted, service),
    ...serviceComplaints(wanted, service, definition),
  ];
}

function definitionComplaints(wanted: WantedService, base: BaseDefinition, definition: Definition): string[] {
  const name = chooseContainer(definition, wanted);
  const container = definition.containerDefinitions?.find((one) => one.name === name);
  const complaints: string[] = [];
  if (base.origin === 'new' && wanted.port === undefined) {
    complaints.push(`port is missing: the new service ${wanted.service} needs the port that its container listens on`);
  }
  const cpu = cpuUnits(definition.cpu ?? '');
  const memory = mebibytes(definition.memory ?? '');
  if (cpu === undefined || memory === undefined) complaints.push("the task's cpu and memory must be given for Fargate");
  else complaints.push(...sizeComplaints({ cpu, memory }, definition.ephemeralStorage?.sizeInGiB));
  if (container?.image === undefined || container.image === '') {
    complaints.push(`image is missing: the container ${name} has none yet`);
  }
  const needsRole = (container?.secrets ?? []).length > 0 || container?.logConfiguration?.logDriver === 'awslogs';
  if (needsRole && !definition.executionRoleArn) {
    complaints.push(
      'executionRole is missing: ECS needs it to write the log and to read secrets (setting appExecutionRole)',
    );
  }
  if (definition.networkMode !== 'awsvpc') {
    complaints.push(
      `the task definition's networkMode is ${definition.networkMode ?? 'not given'}: Fargate needs awsvpc`,
    );
  }
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes > MAX_DEFINITION_BYTES) {
    complaints.push(
      `the task definition has ${bytes} bytes: ECS takes ${MAX_DEFINITION_BYTES}; env and command are the usual reason`,
    );
  }
  return complaints;
}

function networkComplaints(wanted: WantedService, service: Service | undefined): string[] {
  const subnets = wanted.explicit.subnets ?? (service ? undefined : (wanted.defaults.subnets ?? []));
  const groups = wanted.explicit.securityGroups ?? (service ? undefined : (wanted.defaults.securityGroups ?? []));
  const complaints: string[] = [];
  if (subnets?.length === 0) complaints.push('subnets are missing: give them, or the setting appSubnets');
  if (subnets && subnets.length > MAX_SUBNETS)
    complaints.push(`${subnets.length} subnets: ECS takes at most ${MAX_SUBNETS}`);
  if (groups && groups.length > MAX_SECURITY_GROUPS)
    complaints.push(`${groups.length} security groups: ECS takes at most ${MAX_SECURITY_GROUPS}`);
  return complaints;
}

function serviceComplaints(wanted: WantedService, service: Service | undefined, definition: Definition): string[] {
  const complaints: string[] = [];
  const { targetGroup } = wanted.explicit;
  const balancers = service?.loadBalancers ?? [];
  const balanced = targetGroup !== undefined || balancers.length > 0 || (!service && wanted.defaults.targetGroup);
  if (targetGroup !== undefined && !/^arn:[^:]+:elasticloadbalancing:.+:targetgroup\//.test(targetGroup)) {
    complaints.push(`targetGroup "${targetGroup}" is not the ARN of a target group`);
  }
  if (
    targetGroup !== undefined &&
    balancers.length > 1 &&
    !balancers.some((one) => one.targetGroupArn === targetGroup)
  ) {
    complaints.push(
      `the service has ${balancers.length} target groups, and ${targetGroup} is none of them: change them in their own stack`,
    );
  }
  if (balanced && servicePort(wanted, definition) === undefined) {
    complaints.push('port is missing: the load balancer needs the port that the container listens on');
  }
  if (wanted.healthCheckGrace !== undefined && !balanced) {
    complaints.push('healthCheckGrace is of use with a load balancer only: leave it out, or give targetGroup');
  }
  const configuration = service?.deploymentConfiguration;
  const minimum = wanted.minimumHealthy ?? configuration?.minimumHealthyPercent ?? 100;
  const maximum = wanted.maximumHealthy ?? configuration?.maximumPercent ?? 200;
  if (minimum >= maximum) {
    complaints.push(
      `minimumHealthy ${minimum} and maximumHealthy ${maximum} leave no room to replace a task: lower the one or raise the other`,
    );
  }
  return complaints;
}
