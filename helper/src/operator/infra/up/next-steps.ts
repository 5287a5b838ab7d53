import { parseArn } from '../../../aws/arn.ts';
import type { ObservedStack } from '../../stack/stacks.ts';
import { readPasswordCommand } from '../admin-password.ts';

/** What an `up` came to, as far as the next steps depend on it. */
interface UpOutcome {
  readonly prefix: string;
  readonly region: string;
  /** Undefined where Jenkins runs elsewhere. */
  readonly jenkins: ObservedStack | undefined;
  /** The address of Jenkins; null where it runs elsewhere. */
  readonly url: string | null;
  /** ARN of the secret with the administrator's password; null for a bare image. */
  readonly adminSecret: string | null;
  /** ARN of the caller policy. */
  readonly callerPolicy: string | null;
  /** The caller policy's text, line by line; undefined where these credentials may not read it. */
  readonly policy: readonly string[] | undefined;
}

/** Tells the operator what to do after an `up`, line by line. */
export const nextSteps = (outcome: UpOutcome): string[] =>
  outcome.url === null ? nextStepsElsewhere(outcome) : nextStepsInJenkins(outcome);

/** For a Jenkins that runs elsewhere: the permissions and the settings that it needs. */
function nextStepsElsewhere({ callerPolicy, prefix, region, policy }: UpOutcome): string[] {
  const arn = callerPolicy ?? '';
  const { partition = 'aws', accountId = 'ACCOUNT' } = parseArn(arn) ?? {};
  return [
    `The builder is there. Your Jenkins needs this policy, ${arn}:`,
    ...(policy ?? ['  (these credentials may not read it: iam:GetPolicy, iam:GetPolicyVersion)']),
    '',
    'Attach it to the role of your Jenkins, or of its agents; where they run outside AWS, to their user:',
    `  aws iam attach-role-policy --role-name YOUR_JENKINS_ROLE --policy-arn ${arn}`,
    `  aws iam attach-user-policy --user-name YOUR_JENKINS_USER --policy-arn ${arn}`,
    `Jenkins then needs the library (docs/jenkins.md) and, in its environment: ${environmentOf(prefix, region)}`,
    'Whether it has all it needs:',
    `  fargate-ci doctor --principal arn:${partition}:iam::${accountId}:role/YOUR_JENKINS_ROLE`,
  ];
}

function nextStepsInJenkins({ url, adminSecret, region, jenkins }: UpOutcome): string[] {
  const { AdminUser = 'admin', HostedZoneId, Host, PipelineRepository } = jenkins?.parameters ?? {};
  const login =
    adminSecret === null
      ? ["A bare image: Jenkins' own setup wizard asks for the password that its log shows at the first start."]
      : [`Log in as ${AdminUser}; this shows the password:`, `  ${readPasswordCommand(adminSecret, region)}`];
  const record = HostedZoneId ? [] : [`In the DNS, make ${Host} a CNAME of ${jenkins?.outputs.LoadBalancerDnsName}`];
  const pipeline = PipelineRepository
    ? [`A push to ${PipelineRepository} builds what its Jenkinsfile says.`]
    : ['The first pipeline, for a repository with a Jenkinsfile:', '  fargate-ci infra up --repository URL'];
  return [
    `Jenkins is at ${url}`,
    ...record,
    ...login,
    ...(adminSecret === null ? [] : pipeline),
    'An address for an app: fargate-ci infra service NAME --host HOST. Step by step: docs/setup.md',
  ];
}

const environmentOf = (prefix: string, region: string): string =>
  `${prefix === 'fargate-ci' ? '' : `FARGATE_CI_PREFIX=${prefix} `}AWS_REGION=${region}`;
