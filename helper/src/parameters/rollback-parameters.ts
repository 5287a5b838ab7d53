import { commonParameters } from './common-parameters.ts';
import { deployParameters } from './deploy-parameters.ts';
import type { ParameterSchema } from './schema.ts';

const { service, rollbackTo, rollback, wait, timeout, onAbort, verbose } = deployParameters;

/** Parameters of `fargate-ci rollback`: those of a deployment, without the ones that say what to deploy. */
export const rollbackParameters = {
  service: { ...service, help: 'The ECS service.' },
  rollbackTo: { ...rollbackTo, default: 'previous' },
  rollback,
  wait,
  timeout,
  onAbort,
  verbose,
  ...commonParameters,
} as const satisfies ParameterSchema;
