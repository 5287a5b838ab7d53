import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';
import type { LogEvent, LogStream } from '../../state/logs.ts';

const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
/** CloudWatch counts this many bytes for each event, in addition to its text. */
const EVENT_OVERHEAD = 26;
const DAY = 24 * 3_600_000;

/** A place in a stream. Clients cannot read a token; ours is `f/<index>/<empty pages passed>/<issued at>`. */
interface Token {
  forward: boolean;
  index: number;
  passed: number;
  issuedAt: number;
}

/**
 * A page of a stream. The end is reached where the token that comes back is the one that was sent
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html).
 */
export const GetLogEvents = action('logs', 'GetLogEvents', (input, { logs, place }) => {
  const stream = logs.stream(
    input.text('logGroupName') ?? input.need('logGroupIdentifier'),
    input.need('logStreamName'),
  );
  const limit = input.number('limit') ?? MOST_EVENTS;
  if (limit < 1 || limit > MOST_EVENTS) throw invalid('limit must be between 1 and 10000');
  const now = place.clock.now();
  const sent = input.text('nextToken');
  const { events } = stream;
  const from = sent === undefined ? start(input.flag('startFromHead') ?? false, events.length, now) : parse(sent);
  if (now - from.issuedAt > (stream.tokenLifetime ?? DAY)) throw invalid('The specified nextToken is invalid.');

  if (from.forward && from.index < events.length && from.passed < emptyPages(stream, from.index)) {
    return answer([], { ...from, passed: from.passed + 1, issuedAt: now }, { ...from, forward: false });
  }
  const size = Math.min(limit, stream.pageSize ?? MOST_EVENTS);
  const [first, end] = from.forward ? ahead(events, from.index, size, stream) : behind(events, from.index, size);
  const page = events.slice(first, end);
  // At the end the token that was sent comes back. A stream that is still empty has a token, too.
  const forward = page.length === 0 && from.forward ? from : { forward: true, index: end, passed: 0, issuedAt: now };
  const backward =
    page.length === 0 && !from.forward ? from : { forward: false, index: first, passed: 0, issuedAt: now };
  return answer(page, forward, backward);
});

function start(fromHead: boolean, length: number, issuedAt: number): Token {
  return { forward: fromHead, index: fromHead ? 0 : length, passed: 0, issuedAt };
}

function parse(text: string): Token {
  const match = /^([fb])\/(\d+)\/(\d+)\/(\d+)$/.exec(text);
  if (!match) throw invalid('The specified nextToken is invalid.');
  const [, way, index, passed, issuedAt] = match;
  return { forward: way === 'f', index: Number(index), passed: Number(passed), issuedAt: Number(issuedAt) };
}

function word({ forward, index, passed, issuedAt }: Token): string {
  return `${forward ? 'f' : 'b'}/${index}/${passed}/${issuedAt}`;
}

function answer(page: readonly LogEvent[], forward: Token, backward: Token) {
  return {
    events: page.map(({ timestamp, message, visibleAt }) => ({ timestamp, message, ingestionTime: visibleAt })),
    nextForwardToken: word(forward),
    nextBackwardToken: word(backward),
  };
}

function emptyPages(stream: LogStream, index: number): number {
  return stream.empty?.find((one) => one.before === index)?.pages ?? 0;
}

/** [first, end) of the page that begins at `index`. It also ends before the next empty page. */
function ahead(events: readonly LogEvent[], index: number, size: number, stream: LogStream): [number, number] {
  const stop = Math.min(
    index + size,
    events.length,
    ...(stream.empty ?? []).map((one) => one.before).filter((n) => n > index),
  );
  return [index, index + fitting(events.slice(index, stop))];
}

/** [first, end) of the page that ends at `index`. */
function behind(events: readonly LogEvent[], index: number, size: number): [number, number] {
  const page = events.slice(Math.max(0, index - size), index);
  return [index - fitting(page.reverse()), index];
}

/** How many of these events fit into a page of one megabyte. One event always fits. */
function fitting(events: readonly LogEvent[]): number {
  let bytes = 0;
  const tooMany = events.findIndex((event) => {
    bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD;
    return bytes > MOST_BYTES;
  });
  return tooMany < 0 ? events.length : Math.max(1, tooMany);
}

const invalid = (message: string) => new AwsError('InvalidParameterException', message);
