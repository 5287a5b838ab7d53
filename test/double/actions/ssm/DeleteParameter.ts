import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

export const DeleteParameter = action('ssm', 'DeleteParameter', (input, { ssm }) => {
  const name = input.need('Name');
  if (!ssm.parameters.delete(name)) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
  return {};
});
