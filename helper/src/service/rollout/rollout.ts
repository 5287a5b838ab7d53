import { awsErrorFacts, isAuthenticationRefused, isThrottled, isUnclear } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';
import type { World } from '../../world.ts';
import type { Baseline } from '../read-service.ts';
import { describeRunning, type RunningRevisions } from './describe-running.ts';
import { dyingAfterScaleUp } from './judge-by-service.ts';
import { RolloutObserver } from './observe-rollout.ts';
import type { OurDeployment } from './our-deployment.ts';
import { RolloutProgress } from './rollout-progress.ts';
import type { TaskDeaths } from './task-deaths.ts';
import { GOING, type RolloutVerdict } from './verdict.ts';
import { watchAfterSuccess } from './watch-after-success.ts';

/** The pause between two looks. It grows after a minute, since all builds and deployments of an account share ECS' quota. */
const FIRST_PAUSE_MS = 3_000;
const LATER_PAUSE_MS = 6_000;
const FIRST_PAUSES_FOR_MS = 60_000;

/** How long AWS may be out of reach before the watch is given up. */
const MAX_OUTAGE_MS = 120_000;
/** How long a look may still take after the deadline. AWS may throttle it for minutes. */
const LATE_LOOK_MS = 10_000;

/** A verdict with which the watch ends. */
export type FinalVerdict =
  | Exclude<RolloutVerdict, { kind: 'going' | 'steady' | 'rolling-back' }>
  | { kind: 'timed-out' };

/** How a rollout ended, and what is known about it. */
export interface EndedRollout {
  verdict: FinalVerdict;
  /** Service events since our call, for a failure's evidence. */
  events: readonly string[];
  /** The last counts of tasks, in words; empty where none were seen. */
  progress: string;
  running: RunningRevisions;
}

/** A rollout while it is watched. */
export class Rollout {
  readonly #progress: RolloutProgress;
  readonly #observer: RolloutObserver;
  #lastAnswer: number | undefined;

  constructor(
    private readonly world: World,
    readonly ours: OurDeployment,
    readonly before: Baseline,
    readonly deaths: TaskDeaths,
  ) {
    this.#progress = new RolloutProgress(world, ours, before);
    this.#observer = new RolloutObserver(world, ours, before, deaths, this.#progress);
  }

  /** ARN of our own service deployment, once it is known. */
  get arn(): string | undefined {
    return this.#observer.arn;
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
      const verdict = (await this.#untilDeadline(this.#observeDespiteOutage(began), deadline)) ?? GOING;
      if (isFinal(verdict)) return this.#end(verdict);
      const now = clock.now();
      if (now >= deadline) return this.#end(this.#verdictAtDeadline(verdict));
      const pause = now - began < FIRST_PAUSES_FOR_MS ? FIRST_PAUSE_MS : LATER_PAUSE_MS;
      await clock.sleep(Math.min(pause, deadline - now), signal);
    }
  }

  /**
   * Watches a little longer after ECS has called the rollout a success.
   * @returns undefined where its tasks stay up
   */
  async watchAfterSuccess(deadline: number): Promise<EndedRollout | undefined> {
    const verdict = await watchAfterSuccess(this.world, this.ours, this.deaths, deadline);
    return verdict && this.#end(verdict);
  }

  #verdictAtDeadline(verdict: RolloutVerdict): FinalVerdict {
    const { unconfirmed } = this.#observer;
    if (unconfirmed !== undefined && isFinal(unconfirmed)) return unconfirmed;
    // The rollout has failed already; only the rollback is not complete.
    if (verdict.kind === 'rolling-back') return { ...verdict, kind: 'rolled-back', complete: false, failed: false };
    const { scaleUp } = this.ours;
    if (scaleUp && this.deaths.crashes > 0) return dyingAfterScaleUp(this.deaths.crashes, scaleUp);
    return { kind: 'timed-out' };
  }

  async #end(verdict: FinalVerdict): Promise<EndedRollout> {
    if (verdict.kind !== 'succeeded') await this.#collectLastDeaths();
    const { events, counts } = this.#progress;
    return { verdict, events, progress: counts, running: describeRunning(this.#observer.service, this.ours) };
  }

  /** Collects the last dead tasks. An error is no failure here, since the verdict is known. */
  async #collectLastDeaths(): Promise<void> {
    try {
      await this.#untilDeadline(this.deaths.collect(this.ours, true), this.world.clock.now());
    } catch (error) {
      this.world.signal.throwIfAborted();
      this.world.report({ type: 'detail', text: `no more news of dead tasks: ${awsErrorFacts(error).message}` });
    }
  }

  /** @returns undefined where the work is not done some seconds after the deadline */
  async #untilDeadline<T>(work: Promise<T>, deadline: number): Promise<T | undefined> {
    const { clock, signal } = this.world;
    const done = new AbortController();
    const ms = Math.max(0, deadline - clock.now()) + LATE_LOOK_MS;
    const timer = clock.sleep(ms, AbortSignal.any([signal, done.signal]));
    try {
      return await Promise.race([work, timer.then(() => undefined)]);
    } finally {
      done.abort();
      // The slower of the two has no other listener, so its rejection would end the process.
      work.catch(() => {});
      timer.catch(() => {});
    }
  }

  /** Looks at the rollout. A rollout takes minutes, so AWS may be out of reach for some time in between. */
  async #observeDespiteOutage(began: number): Promise<RolloutVerdict> {
    const { clock, signal, report } = this.world;
    try {
      const verdict = await this.#observer.observe(clock.now() - began);
      this.#lastAnswer = clock.now();
      return verdict;
    } catch (error) {
      signal.throwIfAborted();
      const cause = error instanceof Failure ? error.cause : error;
      // Expired credentials count as an outage, too: they may be renewed meanwhile.
      const mayPass = isUnclear(cause) || isThrottled(cause) || isAuthenticationRefused(cause);
      if (!mayPass || clock.now() - (this.#lastAnswer ?? began) > MAX_OUTAGE_MS) throw error;
      report({ type: 'detail', text: `${awsErrorFacts(cause).message}; looking again` });
      return GOING;
    }
  }
}

const isFinal = (verdict: RolloutVerdict): verdict is Exclude<FinalVerdict, { kind: 'timed-out' }> =>
  verdict.kind !== 'going' && verdict.kind !== 'steady' && verdict.kind !== 'rolling-back';
