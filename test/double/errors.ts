import type { JsonObject } from './json.ts';

/** An error as AWS answers it; each wire format words it its own way. */
export class AwsError extends Error {
  constructor(
    /** The code that clients see as the error's name, e.g. `ClusterNotFoundException`. */
    readonly code: string,
    message: string,
    /** HTTP status: 4xx is the caller's, 5xx AWS' own fault. */
    readonly status = 400,
    /** Further fields of the error, e.g. `resourceIds`. */
    readonly fields: JsonObject = {},
  ) {
    super(message);
  }
}

/** ECS' words for a request that it will not take. */
export const invalid = (message: string) => new AwsError('InvalidParameterException', message);
/** ECS' words for most other mistakes of the caller. */
export const client = (message: string) => new AwsError('ClientException', message);
