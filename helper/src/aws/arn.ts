import { type ARN, parse, validate } from '@aws-sdk/core/util';

/** The parts of an ARN, `arn:partition:service:region:accountId:resource`; undefined where the text is none. */
export function parseArn(text: string): ARN | undefined {
  const arn = validate(text) ? parse(text) : undefined;
  return arn?.partition && arn.service && arn.resource ? arn : undefined;
}

/**
 * The last part of an ARN: a task's id, the name of a service or a cluster, `shop:7` of a task definition.
 * An id or a name alone stays as it is.
 */
export const shortId = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
