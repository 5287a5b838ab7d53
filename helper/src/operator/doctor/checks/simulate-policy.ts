import { type EvaluationResult, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import type { Connection } from './doctor-world.ts';
import type { NeededPermission, ResourceNames } from './needed-permissions.ts';

/** What IAM decides of one action on one resource. */
export interface PolicyDecision {
  readonly action: string;
  readonly resource: string;
  /** unclear: it hangs on something that only a real request has. */
  readonly verdict: 'allowed' | 'denied' | 'unclear';
  /** Why it is not allowed; empty where it is. */
  readonly why: string;
  readonly purpose: string;
}

/**
 * Asks IAM what the principal may do of what builds and deployments do. Nothing of it is done.
 * @param principal ARN of a user or role
 * @throws what the SDK throws: AccessDenied without iam:SimulatePrincipalPolicy, NoSuchEntity for an unknown principal
 */
export async function simulatePolicy(
  { aws }: Connection,
  principal: string,
  permissions: readonly NeededPermission[],
  place: ResourceNames,
  signal: AbortSignal,
): Promise<PolicyDecision[]> {
  const decisions: PolicyDecision[] = [];
  for (const { actions, purpose, resources, context } of permissions) {
    const ResourceArns = [...resources(place)];
    if (ResourceArns.length === 0) continue;
    const pages = paginateSimulatePrincipalPolicy(
      { client: aws.iam },
      {
        PolicySourceArn: principal,
        ActionNames: [...actions],
        ResourceArns,
        ContextEntries: Object.entries(context?.(place) ?? {}).map(([ContextKeyName, value]) => ({
          ContextKeyName,
          ContextKeyValues: [value],
          ContextKeyType: 'string' as const,
        })),
      },
      { abortSignal: signal },
    );
    for await (const { EvaluationResults: results = [] } of pages) {
      for (const result of results) decisions.push(...policyDecisions(result, ResourceArns, purpose));
    }
  }
  return decisions;
}

/**
 * Pure: one result of IAM's. Where it tells of each resource by itself, only that counts: what stands above it is an
 * aggregate, which may be allowed although one of them is not, or the reverse.
 */
export function policyDecisions(
  result: EvaluationResult,
  resources: readonly string[],
  purpose: string,
): PolicyDecision[] {
  const action = result.EvalActionName ?? '';
  const specific = result.ResourceSpecificResults ?? [];
  if (specific.length === 0) {
    const resource = result.EvalResourceName ?? resources.join(', ');
    return [{ action, resource, purpose, ...policyVerdict(result.EvalDecision, result) }];
  }
  return specific.map((one) => ({
    action,
    resource: one.EvalResourceName ?? '',
    purpose,
    ...policyVerdict(one.EvalResourceDecision, { ...result, ...one }),
  }));
}

type Reasons = Pick<
  EvaluationResult,
  'MissingContextValues' | 'OrganizationsDecisionDetail' | 'PermissionsBoundaryDecisionDetail'
>;

/** Pure: what IAM's words come to. */
export function policyVerdict(decision: string | undefined, reasons: Reasons): Pick<PolicyDecision, 'verdict' | 'why'> {
  if (decision === 'allowed') return { verdict: 'allowed', why: '' };
  const { MissingContextValues: missing = [] } = reasons;
  if (reasons.OrganizationsDecisionDetail?.AllowedByOrganizations === false) {
    return { verdict: 'denied', why: "refused by the organization's service control policies" };
  }
  if (reasons.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) {
    return { verdict: 'denied', why: 'refused by the permissions boundary' };
  }
  if (decision === 'explicitDeny') return { verdict: 'denied', why: 'a policy denies it' };
  if (missing.length > 0) return { verdict: 'unclear', why: `depends on ${missing.join(', ')}` };
  return { verdict: 'denied', why: 'no policy allows it' };
}
