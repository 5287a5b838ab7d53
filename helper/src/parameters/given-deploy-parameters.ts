import { commonParameters } from './common-parameters.ts';
import { type DeployParameters, deployParameters } from './deploy-parameters.ts';
import type { AnyParameter } from './schema.ts';

/** Parameters that say which image is deployed and how this run goes on, and nothing of what the service should be like. */
const NOT_OF_THE_SERVICE: ReadonlySet<string> = new Set([
  ...['service', 'image', 'candidates', 'unpushed', 'container', 'wait', 'timeout', 'onAbort', 'verbose'],
  ...Object.keys(commonParameters),
]);

/** Parameters that a rollback takes. */
const OF_A_ROLLBACK: ReadonlySet<string> = new Set([
  ...['service', 'rollbackTo', 'rollback', 'candidates', 'unpushed', 'wait', 'timeout', 'onAbort', 'verbose'],
  ...Object.keys(commonParameters),
]);

/** The names of the parameters that were given and that a rollback does not take: they say what should be deployed. */
export const parametersRollbackRefuses = (params: Partial<DeployParameters>): string[] =>
  Object.keys(deployParameters).filter((name) => !OF_A_ROLLBACK.has(name) && isGiven(params, name));

/** True where a parameter beside the image was given that says how the service should be, however it is now. */
export function describesService(params: DeployParameters): boolean {
  return Object.keys(deployParameters).some((name) => !NOT_OF_THE_SERVICE.has(name) && isGiven(params, name));
}

/** True where a parameter was given, and differs from its default. */
function isGiven(params: Partial<DeployParameters>, name: string): boolean {
  const declaration: AnyParameter | undefined = Object.entries(deployParameters).find(([key]) => key === name)?.[1];
  const value: unknown = Reflect.get(params, name);
  // Most services have the circuit breaker on. The caller compares `rollback: true` with the service.
  if (name === 'rollback') return value === false;
  return value !== undefined && JSON.stringify(value) !== JSON.stringify(declaration?.default);
}
