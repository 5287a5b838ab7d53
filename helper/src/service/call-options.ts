import { answerOf, type Call, withDeadline, withGracePeriod } from '../aws/deadline.ts';
import type { Clock, World } from '../world.ts';

export type { CallOptions } from '../aws/deadline.ts';

/** Makes one or more calls that are cut off in time. */
export type Cut = <T>(work: Call<T>) => Promise<T>;

/** A world with a deployment in it. */
export type Deploying = World;

/** Makes calls that are cut off `ms` from now, and by nothing else: for what must still be done after an abort. */
export const within = async <T>(clock: Clock, ms: number, work: Call<T>): Promise<T> =>
  answerOf(await withDeadline(clock, ms, work));

export const unhurried = withGracePeriod;
