import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { awsErrorFacts, isThrottled, isUnclear } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import { shortId } from '../fargate/links.ts';
import type { World } from '../world.ts';
import type { Deaths } from './deaths.ts';
import { freshDeployments, identify, readDeployment } from './identify.ts';
import { judge, type Look, type Ours, type Verdict } from './judge.ts';
import { sameRevision } from './names.ts';
import { type Baseline, readService } from './observe.ts';
import { nameOf, whatRuns } from './runs.ts';

/** Between two looks; slower once it takes long, since all builds and deployments of an account share ECS' quota. */
const QUICK_MS = 3_000;
const SLOW_MS = 6_000;
const QUICK_FOR_MS = 60_000;
/** ECS may not show a new service, or list a new deployment, for this long. */
const SETTLING_MS = 30_000;
/** Looks without our service deployment after which the deployment in the service itself is judged meanwhile. */
const ABSENT_LOOKS = 2;

/** AWS may be out of reach for so long before the watch is given up. */
const OUTAGE_MS = 120_000;

/** How a rollout ended, and all that is known of it. */
export interface Ended {
  verdict: Exclude<Verdict, { kind: 'going' | 'steady' | 'rolling-back' }> | { kind: 'timed-out' };
  /** What was seen of it, for a failure's evidence. */
  events: readonly string[];
  /** How far it came, in words; empty where it was not seen. */
  progress: string;
  /** What the service runs, as a clause. */
  runs: string;
}

/** A rollout while it is watched: what a later look needs to know of the earlier ones. */
export class Rollout {
  /** ARN of our own service deployment, once it is known. */
  arn: string | undefined;
  readonly events: string[] = [];
  #silent = false;
  #absent = 0;
  #shown = false;
  #steadyDeaths: number | undefined;
  #counts = '';
  #rollingBack = false;
  #lastAnswer: number | undefined;
  /** As it was last seen. */
  #service: Service | undefined;

  readonly #seenEvents: Set<string>;

  constructor(
    private readonly world: World,
    readonly ours: Ours,
    private readonly before: Baseline,
    readonly deaths: Deaths,
  ) {
    this.#seenEvents = new Set(before.events);
  }

  /**
   * Follows the rollout to its end.
   * @param deadline in the clock's milliseconds
   * @throws the signal's reason when the run is aborted
   */
  async follow(deadline: number): Promise<Ended> {
    const { clock, signal } = this.world;
    const began = clock.now();
    for (;;) {
      const verdict = await this.#tolerantLook(began);
      if (verdict.kind !== 'going' && verdict.kind !== 'steady' && verdict.kind !== 'rolling-back') {
        if (verdict.kind !== 'succeeded') await this.#lastDeaths();
        return this.#ended(verdict);
      }
      const now = clock.now();
      if (now >= deadline) {
        await this.#lastDeaths();
        // It has failed already; only the way back is not at its end.
        if (verdict.kind === 'rolling-back') {
          return this.#ended({ ...verdict, kind: 'rolled-back', complete: false, failed: false });
        }
        return this.#ended({ kind: 'timed-out' });
      }
      const pause = now - began < QUICK_FOR_MS ? QUICK_MS : SLOW_MS;
      await clock.sleep(Math.min(pause, deadline - now), signal);
    }
  }

  /** Looks once more after a success: a task may pass its health checks and die. ECS calls the deployment good. */
  async lookBack(): Promise<void> {
    const before = this.deaths.count;
    await this.#lastDeaths();
    if (this.deaths.count === before) return;
    const { taskDefinition, service } = this.ours;
    const text = `ECS calls the deployment of ${shortId(taskDefinition)} successful, but a task of it died since: it may not stay up; ECS starts another. Watch service ${service}`;
    this.world.report({ type: 'warning', text });
  }

  #ended(verdict: Ended['verdict']): Ended {
    return { verdict, events: this.events, progress: this.#counts, runs: whatRuns(this.#service, this.ours) };
  }

  /** How it ended is known: news of dead tasks that cannot be had any more does not change that. */
  async #lastDeaths(): Promise<void> {
    try {
      await this.deaths.collect(this.ours, true);
    } catch (error) {
      this.world.signal.throwIfAborted();
      this.world.report({ type: 'detail', text: `no more news of dead tasks: ${awsErrorFacts(error).message}` });
    }
  }

  /** A rollout lasts minutes: AWS may be out of reach for some time in between. */
  async #tolerantLook(began: number): Promise<Verdict> {
    try {
      const verdict = await this.#look(began);
      this.#lastAnswer = this.world.clock.now();
      return verdict;
    } catch (error) {
      this.world.signal.throwIfAborted();
      const cause = error instanceof Failure ? error.cause : error;
      const passing = isUnclear(cause) || isThrottled(cause);
      if (!passing || this.world.clock.now() - (this.#lastAnswer ?? began) > OUTAGE_MS) throw error;
      this.world.report({ type: 'detail', text: `${awsErrorFacts(cause).message}; looking again` });
      return { kind: 'going' };
    }
  }

  async #look(began: number): Promise<Verdict> {
    const service = await readService(this.world, this.ours);
    this.#service = service;
    // A service that was created a moment ago may not be shown yet.
    if (service === undefined && this.world.clock.now() - began < SETTLING_MS) return { kind: 'going' };
    if (service) this.#reportProgress(service);
    await this.deaths.collect(this.ours);
    const own = service?.status === 'ACTIVE' ? await this.#own(service) : undefined;
    // Nor need a deployment be shown at once.
    this.#shown ||= this.ours.id === undefined || isAmong(service, this.ours.id);
    if (own === undefined && !this.#shown && service && this.world.clock.now() - began < SETTLING_MS)
      return { kind: 'going' };
    const waiting = !this.#silent && this.#absent < ABSENT_LOOKS;
    if (own === undefined && waiting && service?.status === 'ACTIVE') return { kind: 'going' };
    const newer = own?.status === 'STOPPED' ? await this.#newer(own) : [];
    const verdict = judge({ service, own, newer, deaths: this.deaths.count }, this.ours);
    if (verdict.kind === 'rolling-back') this.#reportRollback(verdict.runs);
    if (verdict.kind === 'steady') return this.#confirm();
    this.#steadyDeaths = undefined;
    return verdict;
  }

  /** What we started must be steady over two looks, with no task dying between them. */
  #confirm(): Verdict {
    const deaths = this.deaths.count;
    if (!this.ours.started || this.#steadyDeaths === deaths) return { kind: 'succeeded' };
    this.#steadyDeaths = deaths;
    return { kind: 'steady' };
  }

  /** Our own service deployment, looked for until it is listed or the API turns out not to answer. */
  async #own(service: Service): Promise<ServiceDeployment | undefined> {
    if (this.#silent) return undefined;
    if (this.arn === undefined) {
      // Somebody else deploys the same revision: the first that is listed may be theirs.
      const fresh = (service.deployments ?? []).filter(({ id }) => !this.before.deployments.has(id ?? ''));
      if (fresh.filter((one) => sameRevision(one.taskDefinition, this.ours.taskDefinition)).length > 1) {
        this.#silent = true;
        return undefined;
      }
      const found = await identify(this.world, this.ours, this.before);
      if (typeof found === 'string') {
        if (found === 'silent') this.#silent = true;
        else this.#absent++;
        return undefined;
      }
      this.arn = found.arn;
    }
    const own = await readDeployment(this.world, this.arn);
    if (own === undefined) this.#silent = true;
    return own;
  }

  async #newer(own: ServiceDeployment): Promise<Look['newer']> {
    const fresh = (await freshDeployments(this.world, this.ours, this.before)) ?? [];
    const since = own.createdAt?.getTime() ?? 0;
    return fresh.filter(
      (brief) => brief.serviceDeploymentArn !== own.serviceDeploymentArn && (brief.createdAt?.getTime() ?? 0) >= since,
    );
  }

  #reportRollback(to: string | undefined): void {
    if (this.#rollingBack) return;
    this.#rollingBack = true;
    this.world.report({
      type: 'rollout-ending',
      how: `failed: ECS goes back to ${nameOf(to ?? 'the previous revision', this.ours)}`,
    });
  }

  #reportProgress(service: Service): void {
    const { report } = this.world;
    // ECS lists the newest first.
    for (const event of [...(service.events ?? [])].reverse()) {
      const id = event.id ?? '';
      if (this.#seenEvents.has(id)) continue;
      this.#seenEvents.add(id);
      const text = event.message ?? '';
      this.events.push(text);
      report({ type: 'service-event', text });
    }
    const own = service.deployments?.find((deployment) => deployment.id === this.ours.id);
    if (own?.status !== 'PRIMARY') return;
    const { desiredCount = 0, runningCount = 0, pendingCount = 0, failedTasks = 0 } = own;
    const counts = `${runningCount} of ${desiredCount} tasks running, ${pendingCount} pending, ${failedTasks} failed`;
    if (counts === this.#counts) return;
    this.#counts = counts;
    report({
      type: 'rollout-progress',
      desired: desiredCount,
      running: runningCount,
      pending: pendingCount,
      failed: failedTasks,
    });
  }
}

const isAmong = (service: Service | undefined, id: string): boolean =>
  (service?.deployments ?? []).some((deployment) => deployment.id === id);
