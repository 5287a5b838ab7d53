import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';
import { describeParameter } from './GetParameter.ts';

/** Ten on a page, even if more are asked for. */
const MOST = 10;

export const GetParametersByPath = action('ssm', 'GetParametersByPath', (input, { ssm, place }) => {
  const path = input.need('Path');
  if (!path.startsWith('/')) throw new AwsError('ValidationException', 'The parameter path must begin with a slash.');
  const size = input.number('MaxResults') ?? MOST;
  if (size < 1 || size > MOST) throw new AwsError('ValidationException', 'MaxResults must be between 1 and 10');
  const from = Number(input.text('NextToken') ?? 0);
  if (!Number.isInteger(from)) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const folder = path.endsWith('/') ? path : `${path}/`;
  const found = [...ssm.parameters.values()]
    .filter(({ name }) => name.startsWith(folder))
    .filter(({ name }) => input.flag('Recursive') === true || !name.slice(folder.length).includes('/'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const end = from + size;
  return {
    Parameters: found.slice(from, end).map((one) => describeParameter(one, place, input.flag('WithDecryption'))),
    NextToken: end < found.length ? String(end) : undefined,
  };
});
