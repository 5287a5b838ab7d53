import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

/** By name, ARN, or ARN without the six characters at its end. */
export const DescribeSecret = action('secretsmanager', 'DescribeSecret', (input, { secrets }) => {
  const id = input.need('SecretId');
  const found = [...secrets.all].find(([name, { arn }]) => id === name || id === arn || id === arn.slice(0, -7));
  if (!found) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  const [Name, { arn, createdAt }] = found;
  return { ARN: arn, Name, CreatedDate: new Date(createdAt), VersionIdsToStages: {} };
});
