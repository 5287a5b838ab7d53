import type { FakeClock } from '../clock.ts';

/** The account and region that a double plays, and its time. */
export interface Place {
  readonly clock: Pick<FakeClock, 'now'>;
  readonly account: string;
  readonly region: string;
}
