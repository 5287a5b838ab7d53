import type { JsonObject } from './json-values.ts';

/** An error of AWS. Each wire format words it in its own way. */
export class AwsError extends Error {
  constructor(
    /** The code that clients see as the error's name, e.g. `ClusterNotFoundException`. */
    readonly code: string,
    message: string,
    /** The HTTP status: 4xx is a fault of the caller, 5xx a fault of AWS. */
    readonly status = 400,
    /** Further fields of the error, e.g. `resourceIds`. */
    readonly fields: JsonObject = {},
  ) {
    super(message);
  }
}

/** An error in ECS' words for a request that it does not accept. */
export const invalid = (message: string) => new AwsError('InvalidParameterException', message);
/** An error in ECS' words for most other mistakes of the caller. */
export const client = (message: string) => new AwsError('ClientException', message);
