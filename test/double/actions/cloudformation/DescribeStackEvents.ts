import { action } from '../../action.ts';

const PAGE = 10;

/** The newest first. */
export const DescribeStackEvents = action('cloudformation', 'DescribeStackEvents', (input, { cloudFormation }) => {
  const stack = cloudFormation.need(input.need('StackName'));
  const from = Number(input.text('NextToken') ?? 0);
  const events = [...stack.events].reverse();
  return {
    StackEvents: events.slice(from, from + PAGE).map((event) => ({
      StackId: stack.id,
      StackName: stack.name,
      EventId: event.eventId,
      LogicalResourceId: event.id,
      PhysicalResourceId: event.physicalId,
      ResourceType: event.type,
      ResourceStatus: event.status,
      ResourceStatusReason: event.reason,
      Timestamp: new Date(event.at),
      ClientRequestToken: event.token,
    })),
    NextToken: from + PAGE < events.length ? String(from + PAGE) : undefined,
  };
});
