import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

/** The names that AWS services give to their own roles. */
const NAMES: Readonly<Record<string, string>> = { 'ecs.amazonaws.com': 'AWSServiceRoleForECS' };

export const CreateServiceLinkedRole = action('iam', 'CreateServiceLinkedRole', (input, { iam }) => {
  const service = input.need('AWSServiceName');
  const name = NAMES[service];
  if (name === undefined) throw new AwsError('InvalidInput', `Service ${service} is not known`);
  if (iam.hasRole(name)) {
    const why = 'has been taken in this account, please try a different suffix.';
    throw new AwsError('InvalidInput', `Service role name ${name} ${why}`);
  }
  const path = `/aws-service-role/${service}/`;
  return { Role: { Path: path, RoleName: name, Arn: iam.createRole(name, path) } };
});
