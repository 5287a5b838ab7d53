import { DescribeLogGroupsCommand, GetLogEventsCommand, type LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { awsErrorFacts, isAccessDenied } from '../../../aws/errors.ts';
import type { CheckResult } from '../check-runner.ts';
import type { Connection } from './doctor-world.ts';

export async function lookAtLogGroup(
  { aws }: Connection,
  name: string,
  signal: AbortSignal,
): Promise<CheckResult<true>> {
  try {
    return await describe({ aws }, name, signal);
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    return (await readsLines({ aws }, name, signal)) ?? Promise.reject(error);
  }
}

type Logs = Pick<Connection, 'aws'>;

/** What builds may call tells as much of a group as that it is there. @returns undefined where it does not */
async function readsLines({ aws }: Logs, group: string, signal: AbortSignal): Promise<CheckResult<true> | undefined> {
  // No such stream is ever there: it is told apart from a group that is not.
  const request = new GetLogEventsCommand({ logGroupName: group, logStreamName: 'fargate-ci-doctor' });
  try {
    await aws.logs.send(request, { abortSignal: signal });
  } catch (error) {
    const { code, message } = awsErrorFacts(error);
    if (code !== 'ResourceNotFoundException') return undefined;
    if (/log group does not exist/i.test(message)) return checkLogGroup(group, undefined);
  }
  const says = `${group} is there; how long it keeps its lines these credentials may not see (logs:DescribeLogGroups)`;
  return { state: 'ok', says, fact: true };
}

async function describe({ aws }: Logs, name: string, signal: AbortSignal): Promise<CheckResult<true>> {
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
export function checkLogGroup(name: string, group: LogGroup | undefined): CheckResult<true> {
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
