import type { Observed } from './stacks.ts';
import type { UpResult } from './up.ts';

/** The command that reads the administrator's password; the password itself is shown nowhere. */
export const readSecret = (arn: string, region: string): string =>
  `aws secretsmanager get-secret-value --region ${region} --secret-id ${arn} --query SecretString --output text`;

/** What the operator does after an `up`, line by line. */
export function nextSteps(
  { url, adminSecret, callerPolicy }: UpResult,
  { prefix, region, jenkins }: { prefix: string; region: string; jenkins: Observed | undefined },
): string[] {
  if (url === null) {
    return [
      'The builder is there. Attach this policy to the role of your Jenkins (or of its agents):',
      `  aws iam attach-role-policy --role-name YOUR_JENKINS_ROLE --policy-arn ${callerPolicy ?? ''}`,
      `Jenkins then needs the library (docs/jenkins.md) and, in its environment: ${environment(prefix, region)}`,
    ];
  }
  const login =
    adminSecret === null
      ? ["A bare image: Jenkins' own setup wizard asks for the password that its log shows at the first start."]
      : [
          `Log in as ${jenkins?.parameters.AdminUser ?? 'admin'}; this shows the password:`,
          `  ${readSecret(adminSecret, region)}`,
        ];
  const record = jenkins?.parameters.HostedZoneId
    ? []
    : [`In the DNS, make ${jenkins?.parameters.Host} a CNAME of ${jenkins?.outputs.LoadBalancerDnsName}`];
  return [`Jenkins is at ${url}`, ...record, ...login];
}

const environment = (prefix: string, region: string): string =>
  `${prefix === 'fargate-ci' ? '' : `FARGATE_CI_PREFIX=${prefix} `}AWS_REGION=${region}`;
