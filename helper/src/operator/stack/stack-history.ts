/** An entry of a stack's history. Times in milliseconds since the epoch. */
export interface StackEvent {
  readonly eventId: string;
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly at: number;
  /** The entry is about the stack itself, not about one of its resources. */
  readonly ofStack: boolean;
}

/** A resource that reached its end in an operation. */
interface FinishedResource {
  readonly id: string;
  readonly kind: string;
  readonly outcome: string;
  readonly ms: number;
  readonly reason: string;
}

/** The words for the statuses in which CloudFormation is done with a resource. */
const END_WORDS: Readonly<Record<string, string>> = {
  CREATE_COMPLETE: 'created',
  UPDATE_COMPLETE: 'updated',
  DELETE_COMPLETE: 'deleted',
  DELETE_SKIPPED: 'kept',
  IMPORT_COMPLETE: 'taken back',
  CREATE_FAILED: 'not created',
  UPDATE_FAILED: 'not updated',
  DELETE_FAILED: 'not deleted',
  IMPORT_FAILED: 'not taken back',
};

/** The words for the same statuses while a failed operation is rolled back. */
const ROLLBACK_WORDS: Readonly<Record<string, string>> = {
  UPDATE_COMPLETE: 'put back',
  DELETE_COMPLETE: 'removed again',
};

/** CloudFormation's reason for a resource that failed only because another one did. */
const CONSEQUENCE = /^Resource (creation|update|deletion) cancelled|^The following resource\(s\) failed/i;

/** The history of one operation on a stack. Each event is added once, even where several pages have it. */
export class StackHistory {
  readonly events: StackEvent[] = [];
  readonly #seen = new Set<string>();
  #rollingBack = false;
  readonly #startedAt = new Map<string, number>();

  /** Marks events of earlier operations as known. */
  skip(events: readonly StackEvent[]): void {
    for (const { eventId } of events) this.#seen.add(eventId);
  }

  /** Whether an event was added or skipped already. */
  has({ eventId }: StackEvent): boolean {
    return this.#seen.has(eventId);
  }

  /** Adds events, the oldest first. @returns resources that reached their end */
  add(events: readonly StackEvent[]): FinishedResource[] {
    const finished: FinishedResource[] = [];
    for (const event of events) {
      if (this.has(event)) continue;
      this.#seen.add(event.eventId);
      this.events.push(event);
      if (event.ofStack) {
        this.#rollingBack ||= /ROLLBACK_IN_PROGRESS$/.test(event.status);
        continue;
      }
      const word = (this.#rollingBack ? ROLLBACK_WORDS[event.status] : undefined) ?? END_WORDS[event.status];
      if (word === undefined) {
        if (!this.#startedAt.has(event.id)) this.#startedAt.set(event.id, event.at);
        continue;
      }
      const isFailed = event.status.endsWith('_FAILED');
      const isConsequence = isFailed && CONSEQUENCE.test(event.reason);
      finished.push({
        id: event.id,
        kind: event.type,
        outcome: isConsequence ? 'cancelled' : word,
        ms: event.at - (this.#startedAt.get(event.id) ?? event.at),
        reason: isFailed && !isConsequence ? event.reason : '',
      });
      this.#startedAt.delete(event.id);
    }
    return finished;
  }

  /** Resources that CloudFormation still works on, the oldest first. */
  get underWay(): string[] {
    return [...this.#startedAt.keys()];
  }
}

/**
 * The failure that set off all others: the first resource that failed for a reason of its own.
 * @returns the stack's own failure where no resource has one; undefined where nothing failed
 */
export function firstCause(events: readonly StackEvent[]): StackEvent | undefined {
  const failed = events.filter((event) => event.status.endsWith('_FAILED') && !CONSEQUENCE.test(event.reason));
  return (
    failed.find((event) => !event.ofStack) ??
    failed[0] ??
    events.find((event) => event.ofStack && event.reason !== '' && /ROLLBACK|FAILED/.test(event.status))
  );
}
