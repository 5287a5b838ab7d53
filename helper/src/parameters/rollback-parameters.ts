import { common } from './common-parameters.ts';
import { deploy } from './deploy-parameters.ts';
import type { Schema } from './schema.ts';

const { service, rollbackTo, rollback: breaker, wait, timeout, onAbort, verbose } = deploy;

/** Parameters of `fargate-ci rollback`: those of a deployment that say nothing of what to deploy. */
export const rollback = {
  service: { ...service, help: 'The ECS service.' },
  rollbackTo: { ...rollbackTo, default: 'previous' },
  rollback: breaker,
  wait,
  timeout,
  onAbort,
  verbose,
  ...common,
} as const satisfies Schema;
