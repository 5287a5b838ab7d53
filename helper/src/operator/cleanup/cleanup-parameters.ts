import type { ParameterSchema, ParameterValues } from '../../parameters/schema.ts';
import { placeParameters } from '../shared-parameters.ts';

/** Parameters of `fargate-ci cleanup`. */
export const cleanupParameters = {
  stop: {
    type: 'flag',
    default: false,
    help: 'Stop the tasks whose time is over; without it they are listed only.',
    example: 'stop: true',
  },
  ...placeParameters,
} as const satisfies ParameterSchema;

export type CleanupParameters = ParameterValues<typeof cleanupParameters>;
