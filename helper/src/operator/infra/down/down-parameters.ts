import type { ParameterSchema, ParameterValues } from '../../../parameters/schema.ts';
import { infraParameters } from '../../shared-parameters.ts';

/** Parameters of `fargate-ci infra down`. */
export const downParameters = {
  deleteData: {
    type: 'flag',
    default: false,
    help: 'Delete what holds data too: the file system of Jenkins, the bucket of contexts, the images in ECR. There is no way back.',
    example: 'deleteData: true',
  },
  ...infraParameters,
} as const satisfies ParameterSchema;

export type DownParameters = ParameterValues<typeof downParameters>;
