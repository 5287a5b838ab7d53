/** The last part of an ARN: `shop:7` of a task definition, a task's id, a service's name. */
export const shortName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** True where both name one revision, whether by ARN or as `family:7`. */
export const sameRevision = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && shortName(a) === shortName(b);
