import {
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  type GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { BuildLog } from '../../../kaniko/build-log.ts';
import { cacheWarning } from '../../../kaniko/feature-flags.ts';
import type { CheckResult } from './check-result.ts';
import type { Connection } from './doctor-world.ts';

/** How many lines of a log are read. Kaniko tells its flags in the first ones. */
const LINES = 100;
/** How many pages are read: CloudWatch may give empty ones before the first event. */
const MOST_PAGES = 5;

/**
 * Adds a warning to the result for the log of builds, where kaniko's newest build had not all fixes of its cache switched
 * on. Where the log cannot be read, the result stays as it is.
 * @param image kaniko's image, as the task definition names it now
 */
export async function addNewestBuild(
  { aws }: Connection,
  found: CheckResult<true>,
  { group, image }: { group: string; image: string },
  signal: AbortSignal,
): Promise<CheckResult<true>> {
  if (found.fact === undefined) return found;
  try {
    const newest = await readNewest(aws, group, signal);
    const warning = newest && cacheWarningOf(newest.lines, image);
    if (newest === undefined || warning === undefined) return found;
    return {
      state: 'warning',
      finding: `${found.finding}; the newest build, ${newest.stream}, had not all fixes of kaniko's cache`,
      hint: found.hint || 'update the builder stack, and this library on Jenkins; then build again',
      details: [...(found.details ?? []), warning],
      fact: true,
    };
  } catch {
    signal.throwIfAborted();
    return found;
  }
}

/** Says what is wrong with the cache of a build, by the first lines of its log; undefined where nothing is wrong, or known. Pure. */
function cacheWarningOf(lines: readonly string[], image: string): string | undefined {
  const log = new BuildLog({ destinations: [], push: false });
  for (const line of lines) log.take(line);
  return log.building || log.flags.active !== undefined ? cacheWarning(log.flags, image) : undefined;
}

async function readNewest(
  { logs }: Connection['aws'],
  group: string,
  signal: AbortSignal,
): Promise<{ stream: string; lines: readonly string[] } | undefined> {
  const newest = new DescribeLogStreamsCommand({
    logGroupName: group,
    orderBy: 'LastEventTime',
    descending: true,
    limit: 1,
  });
  const { logStreams = [] } = await logs.send(newest, { abortSignal: signal });
  const stream = logStreams[0]?.logStreamName;
  if (stream === undefined) return undefined;
  let nextToken: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const read = new GetLogEventsCommand({
      ...{ logGroupName: group, logStreamName: stream, startFromHead: true, limit: LINES },
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const answer: GetLogEventsCommandOutput = await logs.send(read, { abortSignal: signal });
    const { events = [], nextForwardToken } = answer;
    if (events.length > 0 || nextForwardToken === nextToken)
      return { stream, lines: events.map(({ message = '' }) => message) };
    nextToken = nextForwardToken;
  }
  return undefined;
}
