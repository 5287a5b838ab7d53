import { type EvaluationResult, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import type { Connection } from './doctor-world.ts';
import { NEEDED_PERMISSIONS, type ResourceNames } from './needed-permissions.ts';

/** IAM's decision about one action on one resource. */
export interface PolicyDecision {
  readonly action: string;
  readonly resource: string;
  /** unclear: it depends on a value that only a real request has. */
  readonly verdict: 'allowed' | 'denied' | 'unclear';
  /** Why it is not allowed; empty where it is allowed. */
  readonly why: string;
  readonly purpose: string;
}

/**
 * Asks IAM which of the needed permissions a principal has. None of the actions is carried out.
 * @param principal ARN of a user or role
 * @throws what the SDK throws: AccessDenied without iam:SimulatePrincipalPolicy, NoSuchEntity for an unknown principal
 */
export async function simulatePolicy(
  { aws }: Connection,
  principal: string,
  names: ResourceNames,
  signal: AbortSignal,
): Promise<PolicyDecision[]> {
  const decisions: PolicyDecision[] = [];
  for (const { actions, purpose, resources, context } of NEEDED_PERMISSIONS) {
    const ResourceArns = [...resources(names)];
    if (ResourceArns.length === 0) continue;
    const pages = paginateSimulatePrincipalPolicy(
      { client: aws.iam },
      {
        PolicySourceArn: principal,
        ActionNames: [...actions],
        ResourceArns,
        ContextEntries: Object.entries(context?.(names) ?? {}).map(([ContextKeyName, value]) => ({
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
 * Reads one result of IAM. Where it has a decision for each resource, only these count: the one above them is an aggregate,
 * which may be allowed although a resource is refused, or the reverse. Pure.
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

/** Reads IAM's word for a decision. Pure. */
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
