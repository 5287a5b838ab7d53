import { Deployed } from './deployed.ts';
import { granted as grantedBy, type Statement } from './policy.ts';
import { readTemplate } from './template.ts';

/** The builder stack's template. */
export const builderTemplate = readTemplate('infrastructure/builder.yaml');
/** The parameters that have no default. */
export const requiredParameters = { VpcId: 'vpc-1', Subnets: 'subnet-1,subnet-2' };
/** Parameters that switch on everything that is optional. */
export const allParameters = {
  ...requiredParameters,
  AppCidr: '10.0.0.0/8',
  KanikoArgs: '--verbosity=debug',
  SecretsKeyArn: 'arn:aws:kms:ap-southeast-2:111122223333:key/1',
  DockerHubSecretArn: 'arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf',
};
export const leastStack = new Deployed(builderTemplate, requiredParameters);
export const fullStack = new Deployed(builderTemplate, allParameters);
export const BUILDER_ACCOUNT = 'ap-southeast-2:111122223333';

/** Every statement that allows something: the roles' policies and the caller's. */
export const builderStatements = grantedBy(fullStack);

/** The statements of one policy or role that allow an action. */
export const granting = (where: string, action: string): Statement[] =>
  builderStatements.filter((one) => one.where === where && one.actions.includes(action));
