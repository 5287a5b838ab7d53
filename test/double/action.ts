import type { Fields } from './action-parameters.ts';
import type { JsonObject } from './json-values.ts';
import type { State } from './state/state.ts';

/** The services that the double plays, and the protocol of each. */
export const PROTOCOLS = {
  ecs: 'json',
  logs: 'json',
  ssm: 'json',
  ecr: 'json',
  secretsmanager: 'json',
  servicequotas: 'json',
  acm: 'json',
  sts: 'query',
  iam: 'query',
  elbv2: 'query',
  ec2: 'query',
  cloudformation: 'query',
  route53: 'rest',
  efs: 'rest',
  s3: 'rest',
} as const;

export type ServiceName = keyof typeof PROTOCOLS;

/** One AWS action. It changes the state, and answers, at this moment of virtual time. */
export interface Action {
  service: ServiceName;
  name: string;
  /** Throws an AwsError where AWS would refuse. */
  run(input: Fields, state: State): JsonObject;
}

/** Declares an action; one file each under actions/. */
export function action(service: ServiceName, name: string, run: Action['run']): Action {
  return { service, name, run };
}
