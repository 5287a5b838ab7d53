import type { Service } from '@aws-sdk/client-ecs';
import type { World } from '../../world.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import type { Baseline } from '../read-service.ts';
import { sameRevision } from '../revision.ts';
import { revisionName } from './describe-running.ts';
import type { OurDeployment } from './our-deployment.ts';

/** Tells of a rollout as it goes on: its events and counts, each once. */
export class RolloutProgress {
  /** The service's events since our call, oldest first. */
  readonly events: string[] = [];
  /** How far it came, in words; empty where it was not seen. */
  counts = '';
  /** A task of ours was seen running. */
  ran = false;
  #rollingBack = false;
  readonly #seenEvents: Set<string>;

  constructor(
    private readonly world: Pick<World, 'report'>,
    private readonly ours: OurDeployment,
    before: Baseline,
  ) {
    this.#seenEvents = new Set(before.events);
  }

  show(service: Service): void {
    // ECS lists the newest first.
    for (const event of [...(service.events ?? [])].reverse()) {
      const id = event.id ?? '';
      if (this.#seenEvents.has(id)) continue;
      this.#seenEvents.add(id);
      const text = event.message ?? '';
      this.events.push(text);
      this.world.report({ type: 'service-event', text });
    }
    this.#showCounts(service);
  }

  #showCounts(service: Service): void {
    const { ours } = this;
    const head = primaryDeployment(service);
    const own = ours.id === undefined ? head : service.deployments?.find(({ id }) => id === ours.id);
    if (own === undefined || !sameRevision(own.taskDefinition, ours.taskDefinition)) return;
    const { desiredCount = 0, runningCount = 0, pendingCount = 0, failedTasks = 0 } = own;
    this.ran ||= runningCount > 0;
    if (own.status !== 'PRIMARY' || ours.id === undefined) return;
    const counts = `${runningCount} of ${desiredCount} tasks running, ${pendingCount} pending, ${failedTasks} failed`;
    if (counts === this.counts) return;
    this.counts = counts;
    this.world.report({
      type: 'rollout-progress',
      desired: desiredCount,
      running: runningCount,
      pending: pendingCount,
      failed: failedTasks,
    });
  }

  showRollback(to: string | undefined): void {
    if (this.#rollingBack) return;
    this.#rollingBack = true;
    this.world.report({
      type: 'rollout-ending',
      how: `failed: ECS goes back to ${revisionName(to ?? 'the previous revision', this.ours)}`,
    });
  }
}
