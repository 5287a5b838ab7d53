import type { ParameterSchema, ParameterValues } from '../../../parameters/schema.ts';
import { dataLossParameter, hostParameters, infraParameters } from '../../shared-parameters.ts';

/** Parameters of `fargate-ci infra service NAME`. */
export const serviceParameters = {
  service: {
    type: 'text',
    required: true,
    help: 'Name of the service, as fargateDeploy has it.',
    example: "service: 'shop'",
  },
  host: {
    type: 'text',
    otherwise: 'as the stack has it; any host, where path is given',
    help: 'Host name that leads to the app.',
    example: "host: 'shop.example.com'",
  },
  path: {
    type: 'text',
    otherwise: 'as the stack has it; all paths',
    help: 'Path that leads to the app, with all below it.',
    example: "path: '/shop'",
  },
  port: {
    type: 'number',
    min: 1,
    max: 65535,
    otherwise: 'as the stack has it; 8080 for a new one',
    help: 'Port that the container listens on.',
    example: 'port: 5001',
  },
  healthCheckPath: { type: 'text', otherwise: 'as the stack has it; / for a new one', help: 'Path that is asked for.' },
  healthCheckMatcher: {
    type: 'text',
    otherwise: 'as the stack has it; 200-399 for a new one',
    help: 'Status codes of a healthy app.',
    example: "healthCheckMatcher: '200,404'",
  },
  ...hostParameters,
  priority: {
    type: 'number',
    min: 2,
    max: 50000,
    otherwise: 'as the stack has it; a free one for a new one',
    help: "Priority of the listener's rule; the lowest number is asked first.",
  },
  serviceParameters: { type: 'map', default: {}, help: 'Further parameters of infrastructure/service.yaml.' },
  ...dataLossParameter,
  ...infraParameters,
} as const satisfies ParameterSchema;

export type ServiceParameters = ParameterValues<typeof serviceParameters>;
