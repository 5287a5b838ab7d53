import { streamLink, taskLink } from '../../helper/src/ecs/console-links.ts';

const ARN = 'arn:aws:ecs:eu-west-1:172173733067:task/ci/5969a72d';

for (const [region, host] of [
  ['eu-west-1', 'eu-west-1.console.aws.amazon.com'],
  ['cn-north-1', 'console.amazonaws.cn'],
  ['us-gov-west-1', 'console.amazonaws-us-gov.com'],
] as const) {
  test(`the console of ${region}`, () => {
    expect(taskLink(region, 'arn:aws:ecs:x:1:cluster/ci', ARN)).toBe(
      `https://${host}/ecs/v2/clusters/ci/tasks/5969a72d/configuration?region=${region}`,
    );
  });
}

test('the log stream, encoded for the console', () => {
  expect(streamLink('eu-west-1', '/fargate-ci/kaniko', 'build/kaniko/5969a72d')).toBe(
    'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Ffargate-ci$252Fkaniko/log-events/build$252Fkaniko$252F5969a72d',
  );
});
