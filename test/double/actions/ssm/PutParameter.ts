import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

export const PutParameter = action('ssm', 'PutParameter', (input, { ssm }) => {
  const name = input.need('Name');
  if (ssm.parameters.has(name) && input.flag('Overwrite') !== true) {
    throw new AwsError('ParameterAlreadyExists', 'The parameter already exists.');
  }
  ssm.put(name, input.need('Value'));
  return { Version: 1, Tier: 'Standard' };
});
