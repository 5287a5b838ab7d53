import type { ObservedStack } from '../../stack/stacks.ts';
import type { UpResult } from './up.ts';

/** The command that reads the administrator's password; the password itself is shown nowhere. */
export const readSecretCommand = (arn: string, region: string): string =>
  `aws secretsmanager get-secret-value --region ${region} --secret-id ${arn} --query SecretString --output text`;

/** What the end of an `up` is told of. */
interface Ending {
  readonly prefix: string;
  readonly region: string;
  readonly jenkins: ObservedStack | undefined;
  /** The caller policy's text, line by line; undefined where these credentials may not read it. */
  readonly policy: readonly string[] | undefined;
}

/** What the operator does next, after an `up`, line by line. */
export function nextSteps(result: UpResult, ending: Ending): string[] {
  return result.url === null ? nextElsewhere(result, ending) : nextInJenkins(result, ending);
}

/** Where Jenkins runs elsewhere: what it must be allowed, and what it must know. */
function nextElsewhere({ callerPolicy }: UpResult, { prefix, region, policy }: Ending): string[] {
  const arn = callerPolicy ?? '';
  const [, partition = 'aws', account = 'ACCOUNT'] = /^arn:([^:]+):iam::(\d+):/.exec(arn) ?? [];
  return [
    `The builder is there. Your Jenkins needs this policy, ${arn}:`,
    ...(policy ?? ['  (these credentials may not read it: iam:GetPolicy, iam:GetPolicyVersion)']),
    '',
    'Attach it to the role of your Jenkins, or of its agents; where they run outside AWS, to their user:',
    `  aws iam attach-role-policy --role-name YOUR_JENKINS_ROLE --policy-arn ${arn}`,
    `  aws iam attach-user-policy --user-name YOUR_JENKINS_USER --policy-arn ${arn}`,
    `Jenkins then needs the library (docs/jenkins.md) and, in its environment: ${environment(prefix, region)}`,
    'Whether it has all it needs:',
    `  fargate-ci doctor --principal arn:${partition}:iam::${account}:role/YOUR_JENKINS_ROLE`,
  ];
}

function nextInJenkins({ url, adminSecret }: UpResult, { region, jenkins }: Ending): string[] {
  const { AdminUser = 'admin', HostedZoneId, Host, PipelineRepository } = jenkins?.parameters ?? {};
  const login =
    adminSecret === null
      ? ["A bare image: Jenkins' own setup wizard asks for the password that its log shows at the first start."]
      : [`Log in as ${AdminUser}; this shows the password:`, `  ${readSecretCommand(adminSecret, region)}`];
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

const environment = (prefix: string, region: string): string =>
  `${prefix === 'fargate-ci' ? '' : `FARGATE_CI_PREFIX=${prefix} `}AWS_REGION=${region}`;
