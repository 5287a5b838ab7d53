/** An entry of a stack's history. Times in milliseconds since the epoch. */
export interface StackEvent {
  readonly eventId: string;
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly at: number;
  /** The stack's own entry, not one of its resources'. */
  readonly ofStack: boolean;
}

/** A resource that reached an end. */
export interface FinishedResource {
  readonly id: string;
  readonly kind: string;
  readonly became: string;
  readonly ms: number;
  readonly reason: string;
}

const ENDS: Readonly<Record<string, string>> = {
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

/** The same while a failed operation is undone. */
const UNDONE: Readonly<Record<string, string>> = { UPDATE_COMPLETE: 'put back', DELETE_COMPLETE: 'removed again' };

/** What CloudFormation says of resources that failed only because another one did. */
const CASCADE = /^Resource (creation|update|deletion) cancelled|^The following resource\(s\) failed/i;

/** Follows the history of one operation on a stack: each entry is taken once, whichever page it comes with. */
export class StackHistory {
  readonly events: StackEvent[] = [];
  readonly #seen = new Set<string>();
  #goingBack = false;
  readonly #since = new Map<string, number>();

  /** Entries from before the operation, to be passed over. */
  ignore(events: readonly StackEvent[]): void {
    for (const { eventId } of events) this.#seen.add(eventId);
  }

  /** Whether an entry was taken or passed over already. */
  knows({ eventId }: StackEvent): boolean {
    return this.#seen.has(eventId);
  }

  /** Takes entries, the oldest first. @returns resources that reached an end */
  take(events: readonly StackEvent[]): FinishedResource[] {
    const reached: FinishedResource[] = [];
    for (const event of events) {
      if (this.knows(event)) continue;
      this.#seen.add(event.eventId);
      this.events.push(event);
      if (event.ofStack) {
        this.#goingBack ||= /ROLLBACK_IN_PROGRESS$/.test(event.status);
        continue;
      }
      const became = (this.#goingBack ? UNDONE[event.status] : undefined) ?? ENDS[event.status];
      if (became === undefined) {
        if (!this.#since.has(event.id)) this.#since.set(event.id, event.at);
        continue;
      }
      const follows = event.status.endsWith('_FAILED') && CASCADE.test(event.reason);
      const ms = event.at - (this.#since.get(event.id) ?? event.at);
      this.#since.delete(event.id);
      const reason = event.status.endsWith('_FAILED') && !follows ? event.reason : '';
      reached.push({ id: event.id, kind: event.type, became: follows ? 'cancelled' : became, ms, reason });
    }
    return reached;
  }

  /** Resources under way, the oldest first. */
  get underWay(): string[] {
    return [...this.#since.keys()];
  }

  /** The failure that set off all others: the first that is not a consequence. */
  get firstCause(): StackEvent | undefined {
    return firstCause(this.events);
  }
}

/** The first failed resource that did not fail because of another one; else what the stack says of itself. */
export function firstCause(events: readonly StackEvent[]): StackEvent | undefined {
  const failed = events.filter((event) => event.status.endsWith('_FAILED') && !CASCADE.test(event.reason));
  return (
    failed.find((event) => !event.ofStack) ??
    failed[0] ??
    events.find((event) => event.ofStack && event.reason !== '' && /ROLLBACK|FAILED/.test(event.status))
  );
}
