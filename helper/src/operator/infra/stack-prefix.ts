import type { OperatorWorld } from '../operator-world.ts';

/** The prefixes that the templates take. */
const PREFIX = /^(?!aws|ssm)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The prefix that a command is about. */
export const prefixOf = ({ env }: Pick<OperatorWorld, 'env'>, { prefix }: { readonly prefix: string | undefined }) =>
  prefix ?? (env.FARGATE_CI_PREFIX || 'fargate-ci');

/** Checks a prefix. All names in AWS begin with it. */
export function prefixComplaints(prefix: string): string[] {
  if (PREFIX.test(prefix) && prefix.length >= 2 && prefix.length <= 32) return [];
  return [
    `"prefix" must be 2-32 lower case letters, digits and single hyphens, begin with a letter, but not with aws or ssm, not ${JSON.stringify(prefix)}: it begins every name in AWS (--prefix, FARGATE_CI_PREFIX, prefix in fargate-ci.yaml)`,
  ];
}
