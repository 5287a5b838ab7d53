import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';
import type { JsonObject } from '../../json-values.ts';
import type { Place } from '../../state/place.ts';
import type { Parameter } from '../../state/ssm.ts';

export const GetParameter = action('ssm', 'GetParameter', (input, { ssm, place }) => {
  const name = input.need('Name').replace(/^arn:.*?:parameter/, '');
  const found = ssm.parameters.get(name);
  if (!found) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
  return { Parameter: describeParameter(found, place, input.flag('WithDecryption')) };
});

/** A parameter as all three reading actions answer it. A SecureString stays encrypted unless decryption is asked for. */
export function describeParameter(one: Parameter, place: Place, decrypted = false): JsonObject {
  const readable = one.type !== 'SecureString' || decrypted;
  return {
    Name: one.name,
    Type: one.type,
    Value: readable ? one.value : Buffer.from(one.value).toString('base64'),
    Version: 1,
    LastModifiedDate: new Date(one.changedAt),
    ARN: `arn:aws:ssm:${place.region}:${place.account}:parameter/${one.name.replace(/^\//, '')}`,
    DataType: 'text',
  };
}
