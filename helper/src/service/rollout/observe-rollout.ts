import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { awsFailure } from '../../aws/errors.ts';
import type { World } from '../../world.ts';
import { type Baseline, isApiUnavailable, isServiceGone, readService, warnOfUnavailableApi } from '../read-service.ts';
import { sameRevision } from '../revision.ts';
import { deploymentsSinceCall, identifyDeployment, readServiceDeployment } from './identify-deployment.ts';
import { judgeRollout } from './judge-rollout.ts';
import type { OurDeployment } from './our-deployment.ts';
import { areTasksHealthy } from './read-tasks.ts';
import type { RolloutProgress } from './rollout-progress.ts';
import { QUIET_AFTER_DEATH_MS, UNCHECKED_TASKS_MS } from './stability-limits.ts';
import type { TaskDeaths } from './task-deaths.ts';
import { GOING, type RolloutSnapshot, type RolloutVerdict } from './verdict.ts';

/** For this long after a change, ECS' answers may still be from before it: no new service, deployment or count. */
const SETTLING_MS = 30_000;
/** After this many looks without our service deployment, the service itself is judged until it is listed. */
const MAX_ABSENT_LOOKS = 2;

/** Looks at a rollout repeatedly, and remembers what a later look needs of the earlier ones. */
export class RolloutObserver {
  /** ARN of our own service deployment, once it is known. */
  arn: string | undefined;
  /** The service as it was last seen. */
  service: Service | undefined;
  /** A final verdict that was seen once, and must be seen again. */
  unconfirmed: RolloutVerdict | undefined;
  /** The service deployments API is unavailable, or cannot tell our deployment from another one. */
  #isApiSilent = false;
  #absentLooks = 0;
  #isShown = false;
  #lastDeaths: number | undefined;
  #healthySince: number | undefined;

  constructor(
    private readonly world: World,
    private readonly ours: OurDeployment,
    private readonly before: Baseline,
    private readonly deaths: TaskDeaths,
    private readonly progress: RolloutProgress,
  ) {}

  /**
   * Looks at the rollout once.
   * @param age how long it has been watched, in milliseconds
   */
  async observe(age: number): Promise<RolloutVerdict> {
    const { ours, before } = this;
    const service = await readService(this.world, ours);
    this.service = service;
    // ECS may not show a new service at once.
    if (service === undefined && age < SETTLING_MS) return GOING;
    if (service) this.progress.report(service);
    await this.deaths.collect(ours);
    // ECS may not show a new count at once.
    if (ours.scaleUp && service?.desiredCount === ours.scaleUp.from && age < SETTLING_MS) return GOING;
    const own = service?.status === 'ACTIVE' ? await this.#findOwn(service) : undefined;
    // ECS may not show a new deployment at once.
    this.#isShown ||= ours.id === undefined || hasDeployment(service, ours.id);
    if (own === undefined && !this.#isShown && service && age < SETTLING_MS) return GOING;
    const waiting = !this.#isApiSilent && this.#absentLooks < MAX_ABSENT_LOOKS;
    if (own === undefined && waiting && service?.status === 'ACTIVE') return GOING;
    const stopped = own?.status === 'STOPPED';
    const newer = stopped ? await newerThan(own, this.world, ours, before) : [];
    const { count, crashes } = this.deaths;
    const deaths = ours.scaleUp ? crashes : count;
    const healthy = ours.scaleUp && (await this.#areTasksHealthy(service?.desiredCount ?? 0));
    const verdict = judgeRollout({ service, own, newer, deaths, ran: this.progress.ran, healthy }, ours);
    if (verdict.kind === 'rolling-back') this.progress.reportRollback(verdict.runs);
    return this.#confirm(verdict, own);
  }

  /**
   * A single answer of ECS may be out of date. So a final verdict counts only when it is seen twice in a row, unless our own
   * service deployment says it. A rollout that we started is steady only where no task died between the two.
   */
  #confirm(verdict: RolloutVerdict, own: ServiceDeployment | undefined): RolloutVerdict {
    const { kind } = verdict;
    if (kind !== 'steady') this.#healthySince = undefined;
    const isOwnStatus = own !== undefined && (kind === 'succeeded' || kind === 'rolled-back' || kind === 'failed');
    if (isOwnStatus || kind === 'going' || kind === 'rolling-back') {
      this.unconfirmed = undefined;
      return verdict;
    }
    if (kind === 'steady' && this.ours.scaleUp) return this.#hasStayedHealthy() ? { kind: 'succeeded' } : verdict;
    const isSecond = this.unconfirmed?.kind === kind && (kind !== 'steady' || this.#lastDeaths === this.deaths.count);
    const isSure = isSecond || (kind === 'steady' && !this.ours.started);
    this.unconfirmed = verdict;
    this.#lastDeaths = this.deaths.count;
    if (!isSure) return kind === 'steady' ? verdict : GOING;
    return kind === 'steady' ? { kind: 'succeeded' } : verdict;
  }

  /** A raised count succeeds once all tasks have been healthy for some time, since ECS reports no success for it. */
  #hasStayedHealthy(): boolean {
    const now = this.world.clock.now();
    const { crashes } = this.deaths;
    if (this.#healthySince === undefined || this.#lastDeaths !== crashes) this.#healthySince = now;
    this.#lastDeaths = crashes;
    return now - this.#healthySince >= (crashes > 0 ? QUIET_AFTER_DEATH_MS : UNCHECKED_TASKS_MS);
  }

  /** Whether the tasks are healthy. Where we may not ask, the service's counts must do. */
  async #areTasksHealthy(desired: number): Promise<boolean> {
    try {
      const least = this.deaths.count > 0 ? desired : 0;
      return await areTasksHealthy(this.world, this.ours, this.deaths.definition, least);
    } catch (error) {
      if (isServiceGone(error) || isApiUnavailable(error)) return true;
      throw awsFailure(error, `read how the tasks of the service ${this.ours.service} are`);
    }
  }

  /** Our own service deployment: identified once, then read again at each look. */
  async #findOwn(service: Service): Promise<ServiceDeployment | undefined> {
    if (this.#isApiSilent) return undefined;
    if (this.arn === undefined) {
      // Somebody else deploys the same revision. The first service deployment that is listed may be theirs.
      const sinceCall = (service.deployments ?? []).filter(({ id }) => !this.before.deployments.has(id ?? ''));
      if (sinceCall.filter((one) => sameRevision(one.taskDefinition, this.ours.taskDefinition)).length > 1) {
        this.#isApiSilent = true;
        return undefined;
      }
      const found = await identifyDeployment(this.world, this.ours, this.before);
      if (found === 'not-yet') this.#absentLooks++;
      else if ('unavailable' in found) this.#giveUpApi(found.unavailable);
      else this.arn = found.arn;
      if (this.arn === undefined) return undefined;
    }
    const own = await readServiceDeployment(this.world, this.arn);
    if (own === undefined) this.#giveUpApi('DescribeServiceDeployments');
    return own;
  }

  /** @param action undefined where the API answers, but cannot tell our deployment from another one */
  #giveUpApi(action: string | undefined): void {
    this.#isApiSilent = true;
    if (action !== undefined) warnOfUnavailableApi(this.world, action, 'refused');
  }
}

/** The service deployments that were created after our own one. */
async function newerThan(
  own: ServiceDeployment,
  world: World,
  ours: OurDeployment,
  before: Baseline,
): Promise<RolloutSnapshot['newer']> {
  const sinceCall = (await deploymentsSinceCall(world, ours, before)) ?? [];
  const since = own.createdAt?.getTime() ?? 0;
  return sinceCall.filter(
    (brief) => brief.serviceDeploymentArn !== own.serviceDeploymentArn && (brief.createdAt?.getTime() ?? 0) >= since,
  );
}

const hasDeployment = (service: Service | undefined, id: string): boolean =>
  (service?.deployments ?? []).some((deployment) => deployment.id === id);
