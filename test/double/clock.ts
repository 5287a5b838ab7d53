import { Quiet } from './quiet.ts';

/** The virtual time at the start, unless a test gives another one. */
export const START = Date.UTC(2026, 10, 22, 3, 0, 0);

/** A sleep fails after this much virtual time, because a loop under test does not end. */
const LIMIT_MS = 48 * 3_600_000;

interface Waiting {
  due: number;
  /** If two are due at the same time, the one that was created first wakes first. */
  order: number;
  /** A sleeper makes time pass. A scheduled event does not: it happens when time has come that far. */
  pushes: boolean;
  wake: () => void;
  fail: (error: unknown) => void;
}

/**
 * Virtual time. It passes only while somebody sleeps, and only when all is quiet (see quiet.ts): then it jumps to the
 * earliest thing due and wakes that one alone. README.md has the rules.
 */
export class FakeClock {
  readonly quiet = new Quiet(() => this.#pump());
  #now: number;
  readonly #start: number;
  #order = 0;
  #waiting: Waiting[] = [];
  #pumping = false;
  #closed = false;

  constructor(start: number = START) {
    this.#now = start;
    this.#start = start;
  }

  /** Milliseconds since the epoch, virtual. */
  now(): number {
    return this.#now;
  }

  /** Milliseconds of virtual time since the clock was made. */
  elapsed(): number {
    return this.#now - this.#start;
  }

  /** Resolves when `ms` of virtual time have passed. Rejects with the reason of the signal as soon as that is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#forget(waiting);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const waiting = this.#add({ ms, pushes: true, wake, fail: reject });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Calls `event` when others have moved virtual time on by `ms`. Returns a function that cancels it. */
  after(ms: number, event: () => void): () => void {
    const waiting = this.#add({ ms, pushes: false, wake: event, fail: () => {} });
    return () => this.#forget(waiting);
  }

  /** A hanging request makes time pass, like a sleeper. Returns the function that ends this. */
  hang(): () => void {
    const waiting = this.#add({ ms: Number.POSITIVE_INFINITY, pushes: true, wake: () => {}, fail: () => {} });
    return () => this.#forget(waiting);
  }

  /** Time stands still until the returned function is called. Use it for work that the clock cannot see. */
  hold(): () => void {
    return this.quiet.hold().release;
  }

  /** The clock stops for ever. Nobody who sleeps now is woken. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  #add({ ms, ...rest }: Omit<Waiting, 'due' | 'order'> & { ms: number }): Waiting {
    const waiting = { ...rest, due: this.#now + Math.max(0, ms), order: this.#order++ };
    if (!this.#closed) this.#waiting.push(waiting);
    this.quiet.stir();
    this.#pump();
    return waiting;
  }

  #forget(waiting: Waiting): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
    this.quiet.stir();
  }

  /** Turns the event loop until all is quiet, and then lets the next thing happen. It rests while nothing can happen. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    const turn = () => {
      const next = this.quiet.held ? undefined : this.#next();
      if (!next) {
        this.#pumping = false;
        return;
      }
      if (this.quiet.turn()) this.#wake(next);
      setImmediate(turn);
    };
    setImmediate(turn);
  }

  /** The earliest thing that is due. Undefined if nobody sleeps, or if nothing is ever due. */
  #next(): Waiting | undefined {
    if (!this.#waiting.some((one) => one.pushes)) return undefined;
    const next = this.#waiting.reduce((a, b) => (b.due < a.due || (b.due === a.due && b.order < a.order) ? b : a));
    return next.due === Number.POSITIVE_INFINITY ? undefined : next;
  }

  #wake(next: Waiting): void {
    this.#forget(next);
    if (next.due - this.#start > LIMIT_MS) {
      next.fail(new Error('48 hours of virtual time: a loop never ends'));
      return;
    }
    this.#now = Math.max(this.#now, next.due);
    next.wake();
  }
}
