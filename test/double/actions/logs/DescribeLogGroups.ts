import { action } from '../../action.ts';

/** Lists groups by prefix, in the order of names. */
export const DescribeLogGroups = action('logs', 'DescribeLogGroups', (input, { logs, place }) => {
  const prefix = input.text('logGroupNamePrefix') ?? '';
  const names = logs.groups().map(({ name }) => name);
  const matching = names.filter((name) => name.startsWith(prefix)).sort();
  return {
    logGroups: matching.slice(0, input.number('limit') ?? 50).map((logGroupName) => ({
      logGroupName,
      arn: `arn:aws:logs:${place.region}:${place.account}:log-group:${logGroupName}:*`,
      retentionInDays: logs.retention.get(logGroupName),
      storedBytes: 0,
    })),
  };
});
