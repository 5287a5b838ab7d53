import { shortId } from '../../aws/arn.ts';
import { awsErrorFacts } from '../../aws/errors.ts';
import type { World } from '../../world.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import { readService } from '../read-service.ts';
import type { OurDeployment } from './our-deployment.ts';
import { breakerThreshold, QUIET_AFTER_DEATH_MS, UNCHECKED_TASKS_MS } from './stability-limits.ts';
import type { TaskDeaths } from './task-deaths.ts';
import type { RolloutVerdict } from './verdict.ts';

type LateFailure = RolloutVerdict & { kind: 'dying' | 'superseded' };

/** The pause between two looks. */
const PAUSE_MS = 3_000;
/** The longest time to wait until no more tasks die. */
const MAX_WATCH_MS = 300_000;

/**
 * Watches a rollout a little longer after ECS has called it a success. A task may still die: it may have no health checks,
 * or have passed them.
 * @param deadline in the clock's milliseconds
 * @returns undefined where its tasks stay up
 */
export async function watchAfterSuccess(
  world: World,
  ours: OurDeployment,
  deaths: TaskDeaths,
  deadline: number,
): Promise<LateFailure | undefined> {
  if (!ours.started) return undefined;
  try {
    return await watchDeaths(world, ours, deaths, deadline);
  } catch (error) {
    world.signal.throwIfAborted();
    // ECS has called it a success. An error of this additional watch does not change that.
    world.report({ type: 'detail', text: `no more news of its tasks: ${awsErrorFacts(error).message}` });
    return undefined;
  }
}

async function watchDeaths(
  world: World,
  ours: OurDeployment,
  deaths: TaskDeaths,
  deadline: number,
): Promise<LateFailure | undefined> {
  const { clock, report } = world;
  const began = clock.now();
  const limit = Math.min(deadline, began + MAX_WATCH_MS);
  const before = deaths.crashes;
  let seen = before;
  let quietSince = began;
  for (;;) {
    await deaths.collect(ours, ours.checked);
    const dead = deaths.crashes - before;
    if (deaths.crashes > seen) {
      if (seen === before) report({ type: 'warning', text: deathWarning(ours) });
      seen = deaths.crashes;
      quietSince = clock.now();
    }
    const service = dead === 0 ? undefined : await readService(world, ours);
    const primary = primaryDeployment(service);
    if (primary !== undefined && ours.id !== undefined && primary.id !== ours.id) {
      return { kind: 'superseded', by: shortId(primary.taskDefinition ?? 'another deployment') };
    }
    const desired = service?.desiredCount ?? ours.count;
    const isUp = dead === 0 || (primary?.runningCount ?? 0) >= desired;
    const now = clock.now();
    if (dead >= breakerThreshold(desired) || (now >= limit && !isUp)) return dying(dead);
    const quietMs = dead > 0 ? QUIET_AFTER_DEATH_MS : ours.checked ? 0 : UNCHECKED_TASKS_MS;
    if (now >= limit || (isUp && now - quietSince >= quietMs)) return undefined;
    await clock.sleep(Math.min(PAUSE_MS, limit - now), world.signal);
  }
}

const dying = (dead: number): LateFailure => ({
  kind: 'dying',
  why: [`ECS called it successful, and since then ${dead} of its tasks died`],
});

const deathWarning = ({ taskDefinition, service }: OurDeployment): string =>
  `ECS calls the deployment of ${shortId(taskDefinition)} successful, but a task of it died since: watching whether service ${service} stays up`;
