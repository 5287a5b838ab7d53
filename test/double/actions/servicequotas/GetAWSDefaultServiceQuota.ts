import { action } from '../../action.ts';
import { answer } from './GetServiceQuota.ts';

export const GetAWSDefaultServiceQuota = action('servicequotas', 'GetAWSDefaultServiceQuota', (input, { quotas }) =>
  answer(input, quotas.defaults),
);
