import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';
import { describeParameter } from './GetParameter.ts';

export const GetParameters = action('ssm', 'GetParameters', (input, { ssm, place }) => {
  const names = input.texts('Names');
  if (names.length < 1 || names.length > 10) throw new AwsError('ValidationException', 'Names: 1 to 10 items');
  const found = names.flatMap((name) => ssm.parameters.get(name) ?? []);
  return {
    Parameters: found.map((one) => describeParameter(one, place, input.flag('WithDecryption'))),
    InvalidParameters: names.filter((name) => !ssm.parameters.has(name)),
  };
});
