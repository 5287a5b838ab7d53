import type { Service } from '@aws-sdk/client-ecs';
import type { World } from '../../world.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import type { Baseline } from '../read-service.ts';
import { sameRevision } from '../revision.ts';
import { revisionName } from './describe-running.ts';
import type { OurDeployment } from './our-deployment.ts';

/** Reports a rollout's events and counts as they change. */
export class RolloutProgress {
  /** The service's events since our call, oldest first. */
  readonly events: string[] = [];
  /** The last counts of tasks, in words; empty where none were seen. */
  counts = '';
  /** A task of ours was seen running. */
  ran = false;
  #isRollbackReported = false;
  readonly #seenEvents: Set<string>;

  constructor(
    private readonly world: Pick<World, 'report'>,
    private readonly ours: OurDeployment,
    before: Baseline,
  ) {
    this.#seenEvents = new Set(before.events);
  }

  report(service: Service): void {
    // ECS lists the newest first.
    for (const event of [...(service.events ?? [])].reverse()) {
      const id = event.id ?? '';
      if (this.#seenEvents.has(id)) continue;
      this.#seenEvents.add(id);
      const text = event.message ?? '';
      this.events.push(text);
      this.world.report({ type: 'service-event', text });
    }
    this.#reportCounts(service);
  }

  #reportCounts(service: Service): void {
    const { ours } = this;
    const primary = primaryDeployment(service);
    const own = ours.id === undefined ? primary : service.deployments?.find(({ id }) => id === ours.id);
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

  reportRollback(to: string | undefined): void {
    if (this.#isRollbackReported) return;
    this.#isRollbackReported = true;
    this.world.report({
      type: 'rollout-ending',
      how: `failed: ECS goes back to ${revisionName(to ?? 'the previous revision', this.ours)}`,
    });
  }
}
