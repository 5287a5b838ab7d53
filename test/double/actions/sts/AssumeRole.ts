import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

/** Gives other credentials for a role each time. `AKID` and a count tell them apart. They end by virtual time. */
export const AssumeRole = action('sts', 'AssumeRole', (input, { sts, place }) => {
  const role = input.text('RoleArn') ?? '';
  const session = input.text('RoleSessionName') ?? '';
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(role)) throw new AwsError('ValidationError', `${role} is invalid`);
  if (!/^[\w+=,.@-]{2,64}$/.test(session)) throw new AwsError('ValidationError', 'RoleSessionName is invalid');
  const seconds = Number(input.text('DurationSeconds') ?? 3600);
  sts.assumed += 1;
  return {
    Credentials: {
      AccessKeyId: `ASIAEXAMPLE${sts.assumed}`,
      SecretAccessKey: 'fake',
      SessionToken: `session-${sts.assumed}`,
      Expiration: new Date(place.clock.now() + seconds * 1000),
    },
    AssumedRoleUser: {
      AssumedRoleId: `AROAEXAMPLE:${session}`,
      Arn: role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/'),
    },
  };
});
