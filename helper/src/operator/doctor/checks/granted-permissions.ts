import { GetRoleCommand } from '@aws-sdk/client-iam';
import { awsErrorFacts, isAccessDenied } from '../../../aws/errors.ts';
import { isSsoRole, principalOf } from '../../account/caller-arn.ts';
import type { CheckResult } from './check-result.ts';
import type { Connection } from './doctor-world.ts';
import type { CallerIdentity } from './identity.ts';
import type { ResourceNames } from './needed-permissions.ts';
import { type PolicyDecision, simulatePolicy } from './simulate-policy.ts';

/** The principal whose permissions are asked for: an ARN that IAM can simulate, or why there is none. */
type PolicySubject = { arn: string } | { unknown: string; hint: string } | 'root';

/** Finds the user or role behind the caller. Only IAM knows the path of a role. */
export async function findPolicySubject(
  { aws }: Connection,
  { account, partition, ...caller }: CallerIdentity,
  named: string | undefined,
  signal: AbortSignal,
): Promise<PolicySubject> {
  // People copy the ARN of a session from GetCallerIdentity, and mean its role.
  const principal = named === undefined ? caller.principal : principalOf(named);
  if (named !== undefined && principal.kind === 'other') return { arn: named };
  if (principal.kind === 'user') return { arn: principal.arn };
  if (principal.kind === 'root') return 'root';
  if (principal.kind === 'other') {
    return {
      unknown: 'IAM simulates users and roles only, and the caller is neither',
      hint: 'name the user or role to be judged: principal (--principal)',
    };
  }
  try {
    const { Role } = await aws.iam.send(new GetRoleCommand({ RoleName: principal.name }), { abortSignal: signal });
    if (Role?.Arn) return { arn: Role.Arn };
  } catch (error) {
    signal.throwIfAborted();
    if (!isAccessDenied(error)) throw error;
  }
  if (isSsoRole(principal.name)) {
    return {
      unknown: `the path of the role ${principal.name} is not known: iam:GetRole is refused`,
      hint: `allow iam:GetRole on it, or name it whole: --principal arn:${partition}:iam::${account}:role/aws-reserved/sso.amazonaws.com/REGION/${principal.name}`,
    };
  }
  // Most roles have no path.
  return { arn: `arn:${partition}:iam::${account}:role/${principal.name}` };
}

/** Asks IAM about all that builds and deployments call. */
export async function lookAtPermissions(
  connection: Connection,
  subject: PolicySubject,
  names: ResourceNames,
  signal: AbortSignal,
): Promise<CheckResult<readonly PolicyDecision[]>> {
  if (subject === 'root') return { state: 'ok', finding: 'the root user may do everything' };
  if ('unknown' in subject) return { state: 'unknown', finding: subject.unknown, hint: subject.hint };
  try {
    return checkPermissions(subject.arn, await simulatePolicy(connection, subject.arn, names, signal));
  } catch (error) {
    const { code, message } = awsErrorFacts(error);
    if (!/^NoSuchEntity/.test(code)) throw error;
    return {
      state: 'unknown',
      finding: `IAM knows no ${subject.arn}`,
      hint: 'a role with a path? Allow iam:GetRole on it, or name its whole ARN: --principal',
      details: [`${code}: ${message}`],
    };
  }
}

/** Checks IAM's decisions. Pure. */
function checkPermissions(
  subject: string,
  decisions: readonly PolicyDecision[],
): CheckResult<readonly PolicyDecision[]> {
  const denied = decisions.filter(({ verdict }) => verdict === 'denied');
  const unclear = decisions.filter(({ verdict }) => verdict === 'unclear');
  const actions = new Set(decisions.map(({ action }) => action)).size;
  if (denied.length > 0) {
    return {
      state: 'problem',
      finding: `${subject} lacks ${denied.length === decisions.length ? `all ${denied.length}` : `${denied.length} of ${decisions.length}`} permissions`,
      hint: `attach the caller policy of the builder stack (its output CallerPolicyArn) to it; where it is attached, look for a Deny, a permissions boundary or an organization's policy`,
      details: describeDecisions([...denied, ...unclear]),
      fact: decisions,
    };
  }
  if (unclear.length > 0) {
    return {
      state: 'warning',
      finding: `IAM cannot say all about ${subject}: ${unclear.length} of ${decisions.length} permissions hang on conditions`,
      hint: 'see whether the conditions hold where Jenkins runs',
      details: describeDecisions(unclear),
      fact: decisions,
    };
  }
  return { state: 'ok', finding: `all ${actions} actions are allowed to ${subject}`, fact: decisions };
}

/** Words decisions, with the actions together that share resource, purpose and reason. */
function describeDecisions(decisions: readonly PolicyDecision[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { action, resource, why, purpose } of decisions) {
    const rest = ` on ${resource}: ${why} (to ${purpose})`;
    groups.set(rest, [...(groups.get(rest) ?? []), action]);
  }
  return [...groups].map(([rest, actions]) => `${actions.join(', ')}${rest}`);
}
