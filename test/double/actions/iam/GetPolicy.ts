import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';
import type { Iam } from '../../state/iam.ts';

function need(iam: Iam, arn: string): string {
  const document = iam.policies.get(arn);
  if (document === undefined) throw new AwsError('NoSuchEntity', `Policy ${arn} was not found.`, 404);
  return document;
}

export const GetPolicy = action('iam', 'GetPolicy', (input, { iam }) => {
  const arn = input.need('PolicyArn');
  need(iam, arn);
  return { Policy: { Arn: arn, PolicyName: arn.replace(/^.*\//, ''), DefaultVersionId: 'v1' } };
});

/** The document comes URL-encoded. */
export const GetPolicyVersion = action('iam', 'GetPolicyVersion', (input, { iam }) => ({
  PolicyVersion: {
    Document: encodeURIComponent(need(iam, input.need('PolicyArn'))),
    VersionId: input.need('VersionId'),
    IsDefaultVersion: true,
  },
}));
