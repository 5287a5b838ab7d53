import { parseArn } from '../../../aws/arn.ts';
import type { SettingName } from '../../../settings/catalogue.ts';
import type { CheckResult } from './check-result.ts';
import type { FoundSettings } from './found-settings.ts';
import type { CallerIdentity } from './identity.ts';

const ECR_ACCOUNT = /^(\d{12})\.dkr\.ecr/;
const ROLES: readonly SettingName[] = ['appExecutionRole', 'appTaskRole'];

/** Checks whether all settings are of the account that these credentials belong to. Pure. */
export function checkAccount({ account }: CallerIdentity, settings: FoundSettings): CheckResult<true> {
  const foreignRoles = ROLES.flatMap((name) => {
    const owner = parseArn(settings.get(name)?.value ?? '')?.accountId;
    return owner && owner !== account ? [`${name} ${settings.get(name)?.value} is of account ${owner}`] : [];
  });
  const cluster = parseArn(settings.get('cluster')?.value ?? '')?.accountId;
  const foreign = [
    ...foreignRoles,
    ...(cluster && cluster !== account ? [`cluster ${settings.get('cluster')?.value} is of account ${cluster}`] : []),
  ];
  const registry = ECR_ACCOUNT.exec(settings.get('registry')?.value ?? '')?.[1];
  if (foreign.length > 0) {
    return {
      state: 'problem',
      category: 'usage',
      finding: `the settings speak of another account than ${account}, whose credentials these are`,
      hint: 'use credentials of that account, or a role in it: the parameter role, or FARGATE_CI_ROLE',
      details: foreign,
      fact: true,
    };
  }
  if (registry !== undefined && registry !== account) {
    return {
      state: 'warning',
      category: 'usage',
      finding: `images go to the registry of account ${registry}; these credentials are of ${account}`,
      hint: "its repositories must let the builder's task role push (a repository policy in that account), or use credentials of that account",
      fact: true,
    };
  }
  return { state: 'ok', finding: `the settings and these credentials are of account ${account}`, fact: true };
}
