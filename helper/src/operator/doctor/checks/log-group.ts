import { DescribeLogGroupsCommand, type LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import type { Outcome } from '../check.ts';
import type { Connection } from '../world.ts';

export async function lookAtLogGroup({ aws }: Connection, name: string, signal: AbortSignal): Promise<Outcome<true>> {
  // The group's own name sorts first among those that begin with it.
  const { logGroups = [] } = await aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 1 }), {
    abortSignal: signal,
  });
  return checkLogGroup(
    name,
    logGroups.find(({ logGroupName }) => logGroupName === name),
  );
}

/** Pure: whether a log group is there, and forgets. */
export function checkLogGroup(name: string, group: LogGroup | undefined): Outcome<true> {
  if (group === undefined) {
    return {
      state: 'problem',
      says: `there is no log group ${name}: a task that logs to it cannot start`,
      hint: `update the builder stack, which makes it, or: aws logs create-log-group --log-group-name ${name}`,
    };
  }
  if (group.retentionInDays === undefined) {
    return {
      state: 'warning',
      says: `${name} keeps its lines for ever, at a price`,
      hint: `aws logs put-retention-policy --log-group-name ${name} --retention-in-days 90`,
      fact: true,
    };
  }
  return { state: 'ok', says: `${name} keeps lines ${group.retentionInDays} days`, fact: true };
}
