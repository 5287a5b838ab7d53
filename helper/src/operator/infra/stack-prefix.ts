import type { OperatorWorld } from '../operator-world.ts';

/** As the templates take it. */
const PREFIX = /^(?!aws|ssm)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The prefix that a command is about. */
export const prefixOf = ({ env }: Pick<OperatorWorld, 'env'>, { prefix }: { readonly prefix: string | undefined }) =>
  prefix ?? (env.FARGATE_CI_PREFIX || 'fargate-ci');

/** What is wrong with the role that is to be assumed. */
export const roleComplaints = (role: string | undefined): string[] =>
  !role || /^arn:[a-z-]+:iam::\d{12}:role\/\S+$/.test(role)
    ? []
    : [`"role" must be the ARN of a role, as arn:aws:iam::111122223333:role/deployer, not ${JSON.stringify(role)}`];

/** What is wrong with a prefix, which every name is made of. */
export function prefixComplaints(prefix: string): string[] {
  if (PREFIX.test(prefix) && prefix.length >= 2 && prefix.length <= 32) return [];
  return [
    `"prefix" must be 2-32 lower case letters, digits and single hyphens, begin with a letter, but not with aws or ssm, not ${JSON.stringify(prefix)}: it begins every name in AWS (--prefix, FARGATE_CI_PREFIX, prefix in fargate-ci.yaml)`,
  ];
}
