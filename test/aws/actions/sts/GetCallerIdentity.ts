import { action } from '../../action.ts';

export const GetCallerIdentity = action('sts', 'GetCallerIdentity', (_input, { place }) => ({
  Arn: `arn:aws:sts::${place.account}:assumed-role/ci/session`,
  UserId: 'AROAEXAMPLE:session',
  Account: place.account,
}));
