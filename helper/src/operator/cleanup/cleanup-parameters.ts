import { commonParameters } from '../../parameters/common-parameters.ts';
import type { ParameterSchema, ParameterValues } from '../../parameters/schema.ts';
import { status } from '../infra/up/up-parameters.ts';

const { prefix, region, cluster, role, mask } = commonParameters;

/** Parameters of `fargate-ci cleanup`. */
export const cleanupSchema = {
  stop: {
    type: 'flag',
    default: false,
    help: 'Stop the tasks whose time is over; without it they are listed only.',
    example: 'stop: true',
  },
  config: statusSchema.config,
  prefix,
  region,
  cluster,
  role,
  mask,
} as const satisfies ParameterSchema;

export type CleanupParameters = ParameterValues<typeof cleanupSchema>;
