import { action } from '../../action.ts';

export const GetCallerIdentity = action('sts', 'GetCallerIdentity', (_input, { sts, place }) => ({
  Arn: sts.caller ?? `arn:aws:sts::${place.account}:assumed-role/ci/session`,
  UserId: 'AROAEXAMPLE:session',
  Account: place.account,
}));
