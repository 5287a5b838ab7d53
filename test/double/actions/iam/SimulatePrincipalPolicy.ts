import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';
import type { JsonObject } from '../../json-values.ts';
import type { IamDecision } from '../../state/iam.ts';

/**
 * Each action on each resource, as IAM answers it: one result an action; of several resources each has a part of its
 * own, and what stands above them is an aggregate that helps nobody.
 */
export const SimulatePrincipalPolicy = action('iam', 'SimulatePrincipalPolicy', (input, { iam }) => {
  const principal = input.need('PolicySourceArn');
  if (!/^arn:aws[\w-]*:iam::\d{12}:(user|group|role)\/.+$/.test(principal)) {
    throw new AwsError('InvalidInput', `Invalid Entity Arn: ${principal}`);
  }
  iam.checkPrincipal(principal);
  const resources = input.texts('ResourceArns');
  const results = input.texts('ActionNames').flatMap((name): JsonObject[] => {
    const each = (resources.length > 0 ? resources : ['*']).map((resource) => ({
      resource,
      refusal: iam.refusals.find((one) => one.action === name && resource.includes(one.on ?? '')),
    }));
    const [first] = each;
    if (each.length === 1) {
      const decision = first?.refusal?.decision ?? 'allowed';
      return [
        { EvalActionName: name, EvalResourceName: first?.resource, EvalDecision: decision, ...reasons(first?.refusal) },
      ];
    }
    const parts = each.map(({ resource, refusal }) => ({
      EvalResourceName: resource,
      EvalResourceDecision: refusal?.decision ?? 'allowed',
      ...reasons(refusal),
    }));
    const template = 'arn:aws:service:region:account:any';
    return [
      { EvalActionName: name, EvalResourceName: template, EvalDecision: 'allowed', ResourceSpecificResults: parts },
    ];
  });
  return { EvaluationResults: results, IsTruncated: false };
});

function reasons(refusal: IamDecision | undefined): JsonObject {
  return {
    MissingContextValues: [...(refusal?.missing ?? [])],
    ...(refusal?.byOrganization ? { OrganizationsDecisionDetail: { AllowedByOrganizations: false } } : {}),
    ...(refusal?.byBoundary ? { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } } : {}),
  };
}
