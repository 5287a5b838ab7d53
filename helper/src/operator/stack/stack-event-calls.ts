import { type StackEvent as CloudFormationEvent, DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation';
import { operatorFailure } from '../operator-failure.ts';
import type { AwsAccess } from '../operator-world.ts';
import { isMissingStack } from './stack-calls.ts';
import type { StackEvent } from './stack-history.ts';

const asStackEvent = (event: CloudFormationEvent): StackEvent => ({
  eventId: event.EventId ?? '',
  id: event.LogicalResourceId ?? '',
  type: event.ResourceType ?? '',
  status: event.ResourceStatus ?? '',
  reason: event.ResourceStatusReason ?? '',
  at: event.Timestamp?.getTime() ?? 0,
  ofStack: event.PhysicalResourceId !== undefined && event.PhysicalResourceId === event.StackId,
});

/**
 * Reads a stack's events from the newest one back to the first that is known already.
 * @returns the oldest first; none where the stack is gone
 */
export async function readStackEvents(
  { aws, signal }: AwsAccess,
  stack: string,
  isKnown: (event: StackEvent) => boolean,
): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await aws.cloudFormation.send(
        new DescribeStackEventsCommand({ StackName: stack, ...(token === undefined ? {} : { NextToken: token }) }),
        { abortSignal: signal },
      );
      for (const event of (page.StackEvents ?? []).map(asStackEvent)) {
        if (isKnown(event)) return events.reverse();
        events.push(event);
      }
      token = page.NextToken;
    } while (token !== undefined);
  } catch (error) {
    if (isMissingStack(error)) return [];
    throw operatorFailure(error, `read the history of the stack ${stack}`);
  }
  return events.reverse();
}
