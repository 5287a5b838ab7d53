import { parseArn, shortId } from '../../helper/src/aws/arn.ts';

test('an ARN is taken apart; colons belong to its resource', () => {
  expect(parseArn('arn:aws-cn:ecs:cn-north-1:111122223333:task-definition/shop:7')).toEqual({
    partition: 'aws-cn',
    service: 'ecs',
    region: 'cn-north-1',
    accountId: '111122223333',
    resource: 'task-definition/shop:7',
  });
});

test.each([
  '',
  'shop',
  'arn:',
  'arn:aws:iam::111122223333',
  'arn:aws:iam::111122223333:',
  'arn:::::',
  'x:aws:iam::1:y',
])('"%s" is no ARN', (text) => expect(parseArn(text)).toBeUndefined());

test.each([
  ['arn:aws:ecs:eu-west-1:111122223333:task/ci/5969a72d', '5969a72d'],
  ['arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:7', 'shop:7'],
  ['shop:7', 'shop:7'],
  ['', ''],
])('the short name of "%s"', (arn, name) => expect(shortId(arn)).toBe(name));
