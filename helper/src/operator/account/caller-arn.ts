import { parseArn } from '../../aws/arn.ts';

/** The user or role that calls AWS. */
export type Principal =
  | { kind: 'user'; arn: string }
  /** `name` has no path: the ARN of a session does not tell it. */
  | { kind: 'role'; name: string; session: string }
  | { kind: 'root' }
  /** A federated user, or a kind that is newer than this program. */
  | { kind: 'other' };

/**
 * Reads the principal from the ARN that GetCallerIdentity returns
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

/** Whether IAM Identity Center made a role. The path of such a role names a region, so that its ARN cannot be guessed. */
export const isSsoRole = (name: string): boolean => name.startsWith('AWSReservedSSO_');
