import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { IamDecision } from '../../state/iam.ts';

/** Each action on each resource, as IAM answers it: one result an action, with a part for each of several resources. */
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
    const [only] = each;
    const worst = each.find(({ refusal }) => refusal)?.refusal;
    return [
      {
        EvalActionName: name,
        EvalResourceName: only?.resource,
        EvalDecision: worst?.decision ?? 'allowed',
        ...reasons(worst),
        ...(each.length > 1
          ? {
              ResourceSpecificResults: each.map(({ resource, refusal }) => ({
                EvalResourceName: resource,
                EvalResourceDecision: refusal?.decision ?? 'allowed',
                ...reasons(refusal),
              })),
            }
          : {}),
      },
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
