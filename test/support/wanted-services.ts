import type { Definition } from '../../helper/src/service/revision.ts';
import type { WantedService } from '../../helper/src/service/wanted-service.ts';
import { settings, shop } from './deploy-scene.ts';

const nowhere = {
  targetGroup: undefined,
  subnets: undefined,
  securityGroups: undefined,
  publicIp: undefined,
  executionRole: undefined,
  taskRole: undefined,
  logGroup: undefined,
};

/** A deployment of `shop('2')` that asks for nothing else, but for `more`. */
export function wants(more: Partial<WantedService> = {}): WantedService {
  return {
    prefix: 'fargate-ci',
    region: 'ap-southeast-2',
    cluster: 'fargate-ci',
    service: 'shop',
    image: shop('2'),
    movingTag: false,
    container: undefined,
    port: undefined,
    command: undefined,
    env: {},
    secrets: {},
    pullSecret: undefined,
    cpu: undefined,
    memory: undefined,
    count: undefined,
    spot: undefined,
    healthCheckGrace: undefined,
    minimumHealthy: undefined,
    maximumHealthy: undefined,
    rollback: true,
    explicit: nowhere,
    defaults: {
      ...nowhere,
      subnets: settings.appSubnets,
      securityGroups: settings.appSecurityGroups,
      publicIp: true,
      executionRole: settings.appExecutionRole,
      logGroup: settings.appLogGroup,
    },
    ...more,
  };
}

/** `explicit` with only these given. */
export const only = (more: Partial<WantedService['explicit']>): WantedService['explicit'] => ({ ...nowhere, ...more });

/** A definition as the service has it: one container, and whatever else is given for it. */
export function definition(
  container: NonNullable<Definition['containerDefinitions']>[number] = {},
  more: Partial<Definition> = {},
): Definition {
  return {
    family: 'fargate-ci-shop',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: settings.appExecutionRole,
    containerDefinitions: [
      { name: 'shop', image: shop('1'), essential: true, portMappings: [{ containerPort: 8080 }], ...container },
    ],
    ...more,
  };
}
