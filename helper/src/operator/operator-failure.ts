import { awsErrorFacts, awsFailure, isAccessDenied } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import { nearestName } from '../text/nearest-name.ts';

/** Known regions, only to guess what a misspelt one means: a region that is not in the list is tried all the same. */
const REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'ca-west-1', 'mx-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-central-2', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1', 'eu-south-1', 'eu-south-2'],
  ...['ap-east-1', 'ap-south-1', 'ap-south-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-southeast-1'],
  ...['ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-7', 'me-central-1'],
  ...['me-south-1', 'il-central-1', 'af-south-1', 'us-gov-east-1', 'us-gov-west-1', 'cn-north-1', 'cn-northwest-1'],
];

/**
 * Words an error of AWS for an operator. His permissions are his own matter: the caller policy is for builds only.
 * @param doing what was tried, as `list the stacks`
 * @param region the region that was asked, to tell a misspelt region from one that is not enabled
 */
export function operatorFailure(error: unknown, doing: string, region?: string): Failure {
  const failure = awsFailure(error, doing);
  if (error instanceof Failure) return failure;
  const reworded = (hint: string) =>
    new Failure('aws', failure.message, { hint, evidence: failure.evidence, cause: error });
  const { code } = awsErrorFacts(error);
  if (region !== undefined && /^(ENOTFOUND|EAI_AGAIN|EndpointError)/.test(code))
    return reworded(unknownAddressHint(region));
  if (region !== undefined && /UnrecognizedClient|InvalidClientTokenId|OptInRequired|^AuthFailure/.test(code)) {
    return reworded(
      `AWS does not know these credentials in ${region}: check the access key, and whether the account has that region enabled (aws account get-region-opt-status --region-name ${region}); those newer than 2019 are off at first`,
    );
  }
  if (/CredentialsProviderError|CredentialsError/.test(code)) {
    return reworded('log in (aws sso login, aws configure, or AWS_PROFILE), then run the same command again');
  }
  if (CHANGED_MEANWHILE.test(awsErrorFacts(error).message)) {
    return reworded(
      'someone else changes this stack at this moment: run the same command again, which waits for that and goes on from it',
    );
  }
  const types = /Unrecognized resource types: \[([^\]]*)\]/.exec(awsErrorFacts(error).message)?.[1];
  if (types !== undefined) return reworded(unknownTypesHint(types));
  if (!isAccessDenied(error)) return failure;
  return reworded(
    'these credentials must be allowed what the evidence names; whoever sets stacks up needs CloudFormation and all that the templates make, IAM roles among it. What was done so far stays: run the same command again',
  );
}

/** CloudFormation's words where another change of the stack came in between. */
const CHANGED_MEANWHILE = /is in \[?\w+_IN_PROGRESS\]? state|execution status of \[OBSOLETE\]/;

/** Types of resources that can be left out, and the parameter that leaves each out. */
const WAYS_TO_LEAVE_OUT: Readonly<Record<string, string>> = {
  'AWS::ECR::RepositoryCreationTemplate': '--builder-parameters RepositoryTemplates=false',
  'AWS::ECR::RegistryScanningConfiguration': '--builder-parameters ScanImages=false',
  'AWS::ElasticLoadBalancingV2::ListenerCertificate': '--service-parameters AttachCertificate=false',
};

/** The hint where CloudFormation does not know a type of resource: the region, or a stand-in for AWS, lacks it. */
function unknownTypesHint(types: string): string {
  const all = types.split(/,\s*/);
  const without = all.map((type) => WAYS_TO_LEAVE_OUT[type]);
  return without.every((one) => one !== undefined)
    ? `CloudFormation does not know that here, and what it makes can be left out: ${without.join(' ')}`
    : 'CloudFormation does not know that here: take another region (--region)';
}

/** The hint for an address that does not exist: there is no such region, it lacks the service, or there is no network. */
function unknownAddressHint(region: string): string {
  const nearest = REGIONS.includes(region) ? undefined : nearestName(region, REGIONS);
  const guess = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  return `the evidence names an address that does not exist: is ${region} a region${guess}, and does it have that service? A machine without network or DNS gets the same answer`;
}
