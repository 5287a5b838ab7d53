import { commonParameters } from '../parameters/common-parameters.ts';
import type { ParameterSchema } from '../parameters/schema.ts';

/** The configuration file, which every operator's command reads. */
const configParameter = {
  config: {
    type: 'text',
    otherwise: 'fargate-ci.yaml, where it is there',
    help: 'YAML file with parameters of this command, under the names below; flags win over it.',
    example: "config: 'platform/fargate-ci.yaml'",
  },
} as const satisfies ParameterSchema;

/** The parameters that all infra commands have. `infra status` has no others. */
export const infraParameters = {
  prefix: commonParameters.prefix,
  region: commonParameters.region,
  role: commonParameters.role,
  mask: commonParameters.mask,
  ...configParameter,
  verbose: {
    type: 'flag',
    default: false,
    help: "Show where each setting comes from, and all of kaniko's log.",
    example: 'verbose: true',
  },
  timeout: {
    type: 'number',
    default: 60,
    min: 1,
    max: 1440,
    help: 'Minutes to wait for one stack. AWS goes on with it after that.',
    example: 'timeout: 90',
  },
} as const satisfies ParameterSchema;

/** The parameters with which doctor and cleanup find an installation; all of them are read from the file too. */
export const placeParameters = {
  ...configParameter,
  prefix: commonParameters.prefix,
  region: commonParameters.region,
  cluster: commonParameters.cluster,
  role: commonParameters.role,
  mask: commonParameters.mask,
} as const satisfies ParameterSchema;

/** Zone and certificate of a host, of Jenkins and of apps alike. */
export const hostParameters = {
  hostedZone: {
    type: 'text',
    otherwise: 'found by the host; none where a certificate is given and no zone is there',
    help: "ID of the public hosted zone of the host. '': none, its DNS record is made elsewhere.",
    example: "hostedZone: 'Z0123456789ABC'",
  },
  certificate: {
    type: 'text',
    otherwise: 'a new one, by DNS validation in the hosted zone',
    help: 'ARN of a certificate in ACM for the host, of the same region.',
    example: "certificate: 'arn:aws:acm:ap-southeast-2:111122223333:certificate/12345678-1234-1234-1234-123456789012'",
  },
} as const satisfies ParameterSchema;

/** Allows a change of a stack that loses data. */
export const dataLossParameter = {
  allowDataLoss: {
    type: 'flag',
    default: false,
    help: 'Go on where something that holds data is replaced or deleted: the file system of Jenkins, the bucket of contexts, repositories, secrets.',
    example: 'allowDataLoss: true',
  },
} as const satisfies ParameterSchema;
