import { awsErrorFacts, isExpired, isThrottled, isUnclear } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';
import type { World } from '../../world.ts';
import type { Baseline } from '../read-service.ts';
import { describeRunning } from './describe-running.ts';
import { dyingAfterScaleUp } from './judge-by-service.ts';
import { RolloutObserver } from './observe-rollout.ts';
import type { OurDeployment } from './our-deployment.ts';
import { RolloutProgress } from './rollout-progress.ts';
import type { TaskDeaths } from './task-deaths.ts';
import type { RolloutVerdict } from './verdict.ts';
import { watchAfterSuccess } from './watch-after-success.ts';

/** Between two looks; slower once it takes long, since all builds and deployments of an account share ECS' quota. */
const QUICK_MS = 3_000;
const SLOW_MS = 6_000;
const QUICK_FOR_MS = 60_000;

/** AWS may be out of reach for so long before the watch is given up. */
const OUTAGE_MS = 120_000;
/** A look that is still under way so long after the deadline is waited for no more: AWS may throttle it for minutes. */
const LATE_MS = 10_000;

type End = Exclude<RolloutVerdict, { kind: 'going' | 'steady' | 'rolling-back' }> | { kind: 'timed-out' };

/** How a rollout ended, and all that is known of it. */
export interface EndedRollout {
  verdict: End;
  /** What was seen of it, for a failure's evidence. */
  events: readonly string[];
  /** How far it came, in words; empty where it was not seen. */
  progress: string;
  /** What the service runs, as a clause. */
  runs: string;
}

/** A rollout while it is watched. */
export class Rollout {
  readonly #progress: RolloutProgress;
  readonly #looking: RolloutObserver;
  #lastAnswer: number | undefined;

  constructor(
    private readonly world: World,
    readonly ours: OurDeployment,
    before: Baseline,
    readonly deaths: TaskDeaths,
  ) {
    this.#progress = new RolloutProgress(world, ours, before);
    this.#looking = new RolloutObserver(world, ours, before, deaths, this.#progress);
  }

  /** ARN of our own service deployment, once it is known. */
  get arn(): string | undefined {
    return this.#looking.arn;
  }

  /**
   * Follows the rollout to its end.
   * @param deadline in the clock's milliseconds
   * @throws the signal's reason when the run is aborted
   */
  async follow(deadline: number): Promise<EndedRollout> {
    const { clock, signal } = this.world;
    const began = clock.now();
    for (;;) {
      const verdict = (await this.#inTime(this.#tolerantLook(began), deadline)) ?? { kind: 'going' };
      if (isEnd(verdict)) return this.#ended(verdict);
      const now = clock.now();
      if (now >= deadline) return this.#ended(this.#late(verdict));
      const pause = now - began < QUICK_FOR_MS ? QUICK_MS : SLOW_MS;
      await clock.sleep(Math.min(pause, deadline - now), signal);
    }
  }

  /** Watches a little longer what ECS calls a success: whether its tasks stay up. */
  async lookBack(deadline: number): Promise<EndedRollout | undefined> {
    const verdict = await watchAfterSuccess(this.world, this.ours, this.deaths, deadline);
    return verdict && this.#ended(verdict);
  }

  /** What it comes to where there is no more time. */
  #late(verdict: RolloutVerdict): End {
    const { unconfirmed } = this.#looking;
    if (unconfirmed !== undefined && isEnd(unconfirmed)) return unconfirmed;
    // It has failed already; only the way back is not at its end.
    if (verdict.kind === 'rolling-back') return { ...verdict, kind: 'rolled-back', complete: false, failed: false };
    const { scaled } = this.ours;
    if (scaled && this.deaths.crashes > 0) return dyingAfterScaleUp(this.deaths.crashes, scaled);
    return { kind: 'timed-out' };
  }

  async #ended(verdict: End): Promise<EndedRollout> {
    if (verdict.kind !== 'succeeded') await this.#lastDeaths();
    const { events, counts } = this.#progress;
    return { verdict, events, progress: counts, runs: describeRunning(this.#looking.service, this.ours) };
  }

  /** How it ended is known: news of dead tasks that cannot be had any more does not change that. */
  async #lastDeaths(): Promise<void> {
    try {
      await this.#inTime(this.deaths.collect(this.ours, true), this.world.clock.now());
    } catch (error) {
      this.world.signal.throwIfAborted();
      this.world.report({ type: 'detail', text: `no more news of dead tasks: ${awsErrorFacts(error).message}` });
    }
  }

  /** @returns undefined where the deadline has passed before the work was done */
  async #inTime<T>(work: Promise<T>, deadline: number): Promise<T | undefined> {
    const { clock, signal } = this.world;
    const done = new AbortController();
    const late = clock.sleep(Math.max(0, deadline - clock.now()) + LATE_MS, AbortSignal.any([signal, done.signal]));
    try {
      return await Promise.race([work, late.then(() => undefined)]);
    } finally {
      done.abort();
      // Whichever was not first has nobody else to hear how it ends.
      work.catch(() => {});
      late.catch(() => {});
    }
  }

  /** A rollout lasts minutes: AWS may be out of reach for some time in between. */
  async #tolerantLook(began: number): Promise<RolloutVerdict> {
    const { clock, signal, report } = this.world;
    try {
      const verdict = await this.#looking.look(clock.now() - began);
      this.#lastAnswer = clock.now();
      return verdict;
    } catch (error) {
      signal.throwIfAborted();
      const cause = error instanceof Failure ? error.cause : error;
      // Credentials may be renewed meanwhile.
      const passing = isUnclear(cause) || isThrottled(cause) || isExpired(cause);
      if (!passing || clock.now() - (this.#lastAnswer ?? began) > OUTAGE_MS) throw error;
      report({ type: 'detail', text: `${awsErrorFacts(cause).message}; looking again` });
      return { kind: 'going' };
    }
  }
}

const isEnd = (verdict: RolloutVerdict): verdict is Exclude<End, { kind: 'timed-out' }> =>
  verdict.kind !== 'going' && verdict.kind !== 'steady' && verdict.kind !== 'rolling-back';
