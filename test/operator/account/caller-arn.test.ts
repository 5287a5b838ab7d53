import { principalOf } from '../../../helper/src/operator/account/caller-arn.ts';

test.each([
  ['arn:aws:iam::111122223333:user/ann', { kind: 'user', arn: 'arn:aws:iam::111122223333:user/ann' }],
  ['arn:aws:sts::111122223333:assumed-role/ci/i-0a1', { kind: 'role', name: 'ci', session: 'i-0a1' }],
  ['arn:aws-cn:sts::111122223333:assumed-role/ci/a', { kind: 'role', name: 'ci', session: 'a' }],
  ['arn:aws:iam::111122223333:root', { kind: 'root' }],
  ['arn:aws:sts::111122223333:federated-user/ann', { kind: 'other' }],
  ['nonsense', { kind: 'other' }],
])('%s', (arn, principal) => {
  expect(principalOf(arn)).toEqual(principal);
});
