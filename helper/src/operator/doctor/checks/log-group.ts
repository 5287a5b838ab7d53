import { DescribeLogGroupsCommand, GetLogEventsCommand, type LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { awsErrorFacts, isAccessDenied } from '../../../aws/errors.ts';
import type { CheckResult } from './check-result.ts';
import type { Connection } from './doctor-world.ts';

/** Reads a log group and checks it. */
export async function lookAtLogGroup(
  { aws }: Connection,
  name: string,
  signal: AbortSignal,
): Promise<CheckResult<true>> {
  try {
    return await describeLogGroup({ aws }, name, signal);
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    return (await probeLogGroup({ aws }, name, signal)) ?? Promise.reject(error);
  }
}

type LogsAccess = Pick<Connection, 'aws'>;

/** Asks by a call that builds may make whether a log group exists. @returns undefined where the answer does not tell */
async function probeLogGroup(
  { aws }: LogsAccess,
  group: string,
  signal: AbortSignal,
): Promise<CheckResult<true> | undefined> {
  // Nobody has this stream. CloudWatch answers differently where the group is missing.
  const request = new GetLogEventsCommand({ logGroupName: group, logStreamName: 'fargate-ci-doctor' });
  try {
    await aws.logs.send(request, { abortSignal: signal });
  } catch (error) {
    const { code, message } = awsErrorFacts(error);
    if (code !== 'ResourceNotFoundException') return undefined;
    if (/log group does not exist/i.test(message)) return checkLogGroup(group, undefined);
  }
  const finding = `${group} is there; how long it keeps its lines these credentials may not see (logs:DescribeLogGroups)`;
  return { state: 'ok', finding, fact: true };
}

async function describeLogGroup({ aws }: LogsAccess, name: string, signal: AbortSignal): Promise<CheckResult<true>> {
  // Among the names that begin with this one, this one comes first.
  const { logGroups = [] } = await aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 1 }), {
    abortSignal: signal,
  });
  return checkLogGroup(
    name,
    logGroups.find(({ logGroupName }) => logGroupName === name),
  );
}

/** Checks whether a log group exists, and whether it deletes old lines. Pure. */
function checkLogGroup(name: string, group: LogGroup | undefined): CheckResult<true> {
  if (group === undefined) {
    return {
      state: 'problem',
      finding: `there is no log group ${name}: a task that logs to it cannot start`,
      hint: `update the builder stack, which makes it, or: aws logs create-log-group --log-group-name ${name}`,
    };
  }
  if (group.retentionInDays === undefined) {
    return {
      state: 'warning',
      finding: `${name} keeps its lines for ever, at a price`,
      hint: `aws logs put-retention-policy --log-group-name ${name} --retention-in-days 90`,
      fact: true,
    };
  }
  return { state: 'ok', finding: `${name} keeps lines ${group.retentionInDays} days`, fact: true };
}
