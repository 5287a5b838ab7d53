import { AwsError } from '../errors.ts';
import type { Place } from './place.ts';

/** One event of a log stream; times are virtual, in ms since the epoch. */
export interface LogEvent {
  /** GetLogEvents shows it from this time on. */
  visibleAt: number;
  /** When it was printed. */
  timestamp: number;
  message: string;
}

/** How a stream answers; all optional. */
export interface PageScript {
  /** The most events on a page. Default: 10 000. With several sizes the nth answer of a stream takes the nth size, and after the last one the first again. */
  pageSize?: number | readonly number[];
  /** True if a stream is there, and empty, before its first line, because the log driver makes it when the container starts. */
  early?: boolean;
  /** How many empty pages come before the event with this index. Each has its own token. */
  empty?: readonly { before: number; pages: number }[];
  /** How many ms of virtual time a token is valid. Default: 24 hours. */
  tokenLifetime?: number;
}

export interface LogStream extends PageScript {
  events: LogEvent[];
  pageSize?: number;
}

/** A stream: all its events, future ones included, and how often it was read. */
interface Stored {
  events: LogEvent[];
  reads: number;
}

/** CloudWatch Logs: groups of streams. */
export class Logs {
  readonly #groups = new Map<string, Map<string, Stored>>();
  /** How many days a group keeps its lines. A group without an entry keeps them for ever. */
  readonly retention = new Map<string, number>();
  #script: PageScript = {};

  constructor(private readonly place: Place) {}

  createGroup(name: string): void {
    if (!this.#groups.has(name)) this.#groups.set(name, new Map());
  }

  /** How all streams page from now on. */
  script(script: PageScript): void {
    this.#script = script;
  }

  /** Adds an event, in the order in which they become visible. The stream exists from its first visible event on. */
  put(group: string, stream: string, event: LogEvent): void {
    this.createGroup(group);
    const streams = this.#groups.get(group);
    const known = streams?.get(stream) ?? { events: [], reads: 0 };
    streams?.set(stream, known);
    if ((known.events.at(-1)?.visibleAt ?? 0) <= event.visibleAt) return void known.events.push(event);
    const later = known.events.findIndex((other) => other.visibleAt > event.visibleAt);
    known.events.splice(later < 0 ? known.events.length : later, 0, event);
  }

  /** Nothing printed after `time` will ever be seen. */
  cut(group: string, stream: string, time: number): void {
    const known = this.#groups.get(group)?.get(stream);
    if (known) known.events = known.events.filter((event) => event.timestamp <= time);
  }

  /** The stream as it is now. Throws ResourceNotFoundException until its first event is visible. */
  stream(group: string, name: string): LogStream {
    const streams = this.#groups.get(group);
    if (!streams) throw notFound('log group');
    const known = streams.get(name);
    const { pageSize, ...script } = this.#script;
    const now = this.place.clock.now();
    const hidden = known?.events.findIndex((event) => event.visibleAt > now) ?? 0;
    const events = hidden < 0 ? (known?.events ?? []) : (known?.events.slice(0, hidden) ?? []);
    if (events.length === 0 && !script.early) throw notFound('log stream');
    const read = known === undefined ? 0 : known.reads++;
    const size = typeof pageSize === 'object' ? pageSize[read % pageSize.length] : pageSize;
    return { ...script, ...(size === undefined ? {} : { pageSize: size }), events };
  }

  /** The streams of a group that have begun. Each has the time when its last visible event was printed. */
  streams(group: string): { name: string; last: number }[] {
    const streams = this.#groups.get(group);
    if (!streams) throw notFound('log group');
    const now = this.place.clock.now();
    return [...streams].flatMap(([name, { events }]) => {
      const seen = events.filter(({ visibleAt }) => visibleAt <= now).map(({ timestamp }) => timestamp);
      return seen.length === 0 ? [] : [{ name, last: Math.max(...seen) }];
    });
  }

  /** The names of the groups, each with its streams that have begun. */
  groups(): { name: string; streams: string[] }[] {
    const now = this.place.clock.now();
    return [...this.#groups].map(([name, streams]) => ({
      name,
      streams: [...streams].filter(([, one]) => one.events.some((event) => event.visibleAt <= now)).map(([key]) => key),
    }));
  }
}

const notFound = (what: string) => new AwsError('ResourceNotFoundException', `The specified ${what} does not exist.`);
