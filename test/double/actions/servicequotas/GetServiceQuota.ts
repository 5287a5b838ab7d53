import { action } from '../../action.ts';
import type { Fields } from '../../action-parameters.ts';
import { AwsError } from '../../errors.ts';
import type { JsonObject } from '../../json-values.ts';

/** The value of this account. Throws NoSuchResourceException if the account has none. */
export const GetServiceQuota = action('servicequotas', 'GetServiceQuota', (input, { quotas }) =>
  answer(input, quotas.values),
);

export function answer(input: Fields, values: ReadonlyMap<string, number>): JsonObject {
  const [service, code] = [input.need('ServiceCode'), input.need('QuotaCode')];
  const value = values.get(code);
  if (value === undefined || service !== 'fargate') {
    throw new AwsError('NoSuchResourceException', 'The request failed because the specified quota does not exist.');
  }
  return { Quota: { ServiceCode: service, QuotaCode: code, Value: value, Adjustable: true, GlobalQuota: false } };
}
