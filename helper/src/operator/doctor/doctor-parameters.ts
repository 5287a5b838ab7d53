import type { ParameterSchema, ParameterValues } from '../../parameters/schema.ts';
import { placeParameters } from '../shared-parameters.ts';

/** Parameters of `fargate-ci doctor`. */
export const doctorParameters = {
  principal: {
    type: 'text',
    otherwise: "the caller's own role or user",
    help: 'ARN of another role or user whose permissions are judged, for instance the role that Jenkins has.',
    example: "principal: 'arn:aws:iam::111122223333:role/jenkins'",
  },
  registryCredentials: {
    type: 'map',
    default: {},
    help: 'As builds pass it: registry host -> name of the secret with its credentials. Checked to be there; never read.',
    example: "registryCredentials: ['docker.io': 'fargate-ci/build/docker-hub']",
  },
  json: {
    type: 'flag',
    default: false,
    help: 'Print the report as JSON.',
    example: 'json: true',
  },
  ...placeParameters,
} as const satisfies ParameterSchema;

export type DoctorParameters = ParameterValues<typeof doctorParameters>;
