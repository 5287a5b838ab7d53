import { parseArn } from '../../aws/arn.ts';

/** Who calls, as GetCallerIdentity names them. */
export type Principal =
  | { kind: 'user'; arn: string }
  /** `name` is without its path, which a session's ARN does not tell. */
  | { kind: 'role'; name: string; session: string }
  | { kind: 'root' }
  /** A federated user, or something newer than this program. */
  | { kind: 'other' };

/**
 * Who is behind the ARN of GetCallerIdentity
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns).
 */
export function principalOf(arn: string): Principal {
  const { service, resource = '' } = parseArn(arn) ?? {};
  if (service === 'iam' && resource.startsWith('user/')) return { kind: 'user', arn };
  if (service === 'iam' && resource === 'root') return { kind: 'root' };
  const [, name, session] = /^assumed-role\/([^/]+)\/(.+)$/.exec(resource) ?? [];
  if (service === 'sts' && name && session) return { kind: 'role', name, session };
  return { kind: 'other' };
}

/** Roles that IAM Identity Center makes; their path names a region, so that their ARN cannot be guessed. */
export const isSsoRole = (name: string): boolean => name.startsWith('AWSReservedSSO_');
