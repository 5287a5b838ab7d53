import { action } from '../../action.ts';

/** Lists streams in the order of names, or of the times of their last events. */
export const DescribeLogStreams = action('logs', 'DescribeLogStreams', (input, { logs }) => {
  const streams = logs.streams(input.text('logGroupName') ?? input.need('logGroupIdentifier'));
  const byTime = input.text('orderBy') === 'LastEventTime';
  streams.sort((a, b) => (byTime ? a.last - b.last : a.name < b.name ? -1 : 1));
  if (input.flag('descending')) streams.reverse();
  return {
    logStreams: streams
      .slice(0, input.number('limit') ?? 50)
      .map(({ name, last }) => ({ logStreamName: name, lastEventTimestamp: last })),
  };
});
