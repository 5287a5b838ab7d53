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
import type { RolloutSnapshot, RolloutVerdict } from './verdict.ts';

/** ECS may not show a new service, or list a new deployment, for this long. */
const SETTLING_MS = 30_000;
/** Looks without our service deployment after which the deployment in the service itself is judged meanwhile. */
const ABSENT_LOOKS = 2;

const going: RolloutVerdict = { kind: 'going' };

/** Looks at a rollout, again and again: remembers what a later look needs to know of the earlier ones. */
export class RolloutObserver {
  /** ARN of our own service deployment, once it is known. */
  arn: string | undefined;
  /** As it was last seen. */
  service: Service | undefined;
  /** An end that was seen once. */
  unconfirmed: RolloutVerdict | undefined;
  #silent = false;
  #absent = 0;
  #shown = false;
  #deaths: number | undefined;
  #wellSince: number | undefined;

  constructor(
    private readonly world: World,
    private readonly ours: OurDeployment,
    private readonly before: Baseline,
    private readonly deaths: TaskDeaths,
    private readonly progress: RolloutProgress,
  ) {}

  /** @param age how long the rollout has been watched, in ms */
  async look(age: number): Promise<RolloutVerdict> {
    const { ours, before } = this;
    const service = await readService(this.world, ours);
    this.service = service;
    // A service that was created a moment ago may not be shown yet.
    if (service === undefined && age < SETTLING_MS) return going;
    if (service) this.progress.show(service);
    await this.deaths.collect(ours);
    // Nor need a new count be shown at once.
    if (ours.scaleUp && service?.desiredCount === ours.scaleUp.from && age < SETTLING_MS) return going;
    const own = service?.status === 'ACTIVE' ? await this.#own(service) : undefined;
    // Nor need a deployment be shown at once.
    this.#shown ||= ours.id === undefined || isAmong(service, ours.id);
    if (own === undefined && !this.#shown && service && age < SETTLING_MS) return going;
    const waiting = !this.#silent && this.#absent < ABSENT_LOOKS;
    if (own === undefined && waiting && service?.status === 'ACTIVE') return going;
    const stopped = own?.status === 'STOPPED';
    const newer = stopped ? await newerThan(own, this.world, ours, before) : [];
    const { count, crashes } = this.deaths;
    const deaths = ours.scaleUp ? crashes : count;
    const well = ours.scaleUp && (await this.#allWell(service?.desiredCount ?? 0));
    const verdict = judgeRollout({ service, own, newer, deaths, ran: this.progress.ran, well }, ours);
    if (verdict.kind === 'rolling-back') this.progress.showRollback(verdict.runs);
    return this.#confirm(verdict, own);
  }

  /**
   * A single answer of ECS may be out of date: an end that is not our service deployment's own word must be seen twice
   * in a row. What we started is steady only where no task died in between.
   */
  #confirm(verdict: RolloutVerdict, own: ServiceDeployment | undefined): RolloutVerdict {
    const { kind } = verdict;
    if (kind !== 'steady') this.#wellSince = undefined;
    const word = own !== undefined && (kind === 'succeeded' || kind === 'rolled-back' || kind === 'failed');
    if (word || kind === 'going' || kind === 'rolling-back') {
      this.unconfirmed = undefined;
      return verdict;
    }
    if (kind === 'steady' && this.ours.scaleUp) return this.#proven() ? { kind: 'succeeded' } : verdict;
    const again = this.unconfirmed?.kind === kind && (kind !== 'steady' || this.#deaths === this.deaths.count);
    const sure = again || (kind === 'steady' && !this.ours.started);
    this.unconfirmed = verdict;
    this.#deaths = this.deaths.count;
    if (!sure) return kind === 'steady' ? verdict : going;
    return kind === 'steady' ? { kind: 'succeeded' } : verdict;
  }

  /** More tasks are a success once all have been well for some time: ECS itself says nothing of them. */
  #proven(): boolean {
    const now = this.world.clock.now();
    const { crashes } = this.deaths;
    if (this.#wellSince === undefined || this.#deaths !== crashes) this.#wellSince = now;
    this.#deaths = crashes;
    return now - this.#wellSince >= (crashes > 0 ? QUIET_AFTER_DEATH_MS : UNCHECKED_TASKS_MS);
  }

  /** How the tasks themselves are. Where that may not be asked, the service's own counts must do. */
  async #allWell(desired: number): Promise<boolean> {
    try {
      const least = this.deaths.count > 0 ? desired : 0;
      return await areTasksHealthy(this.world, this.ours, this.deaths.definition, least);
    } catch (error) {
      if (isServiceGone(error) || isApiUnavailable(error)) return true;
      throw awsFailure(error, `read how the tasks of the service ${this.ours.service} are`);
    }
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
      const found = await identifyDeployment(this.world, this.ours, this.before);
      if (found === 'not-yet') this.#absent++;
      else if ('silent' in found) this.#giveUp(found.silent);
      else this.arn = found.arn;
      if (this.arn === undefined) return undefined;
    }
    const own = await readServiceDeployment(this.world, this.arn);
    if (own === undefined) this.#giveUp('DescribeServiceDeployments');
    return own;
  }

  #giveUp(action: string): void {
    this.#silent = true;
    if (action !== '') warnOfUnavailableApi(this.world, action, 'refused');
  }
}

async function newerThan(
  own: ServiceDeployment,
  world: World,
  ours: OurDeployment,
  before: Baseline,
): Promise<RolloutSnapshot['newer']> {
  const fresh = (await deploymentsSinceCall(world, ours, before)) ?? [];
  const since = own.createdAt?.getTime() ?? 0;
  return fresh.filter(
    (brief) => brief.serviceDeploymentArn !== own.serviceDeploymentArn && (brief.createdAt?.getTime() ?? 0) >= since,
  );
}

const isAmong = (service: Service | undefined, id: string): boolean =>
  (service?.deployments ?? []).some((deployment) => deployment.id === id);
