import { shortId } from '../../aws/arn.ts';
import { awsErrorFacts } from '../../aws/errors.ts';
import type { World } from '../../world.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import { readService } from '../read-service.ts';
import type { OurDeployment } from './our-deployment.ts';
import { breakerThreshold, QUIET_AFTER_DEATH_MS, UNCHECKED_TASKS_MS } from './stability-limits.ts';
import type { TaskDeaths } from './task-deaths.ts';
import type { RolloutVerdict } from './verdict.ts';

type Fallen = RolloutVerdict & { kind: 'dying' | 'superseded' };

const LOOK_MS = 3_000;
/** How long it is waited for in all that no further task dies. */
const MOST_MS = 300_000;

/**
 * Watches a little longer what ECS calls a success: a task may pass its health checks, or have none, and die.
 * @param deadline in the clock's milliseconds
 * @returns undefined where it stays up
 */
export async function watchAfterSuccess(
  world: World,
  ours: OurDeployment,
  deaths: TaskDeaths,
  deadline: number,
): Promise<Fallen | undefined> {
  if (!ours.started) return undefined;
  try {
    return await watchOn(world, ours, deaths, deadline);
  } catch (error) {
    world.signal.throwIfAborted();
    // ECS has called it a success: what cannot be read any more does not change that.
    world.report({ type: 'detail', text: `no more news of its tasks: ${awsErrorFacts(error).message}` });
    return undefined;
  }
}

async function watchOn(
  world: World,
  ours: OurDeployment,
  deaths: TaskDeaths,
  deadline: number,
): Promise<Fallen | undefined> {
  const { clock, report } = world;
  const began = clock.now();
  const limit = Math.min(deadline, began + MOST_MS);
  const before = deaths.crashes;
  let seen = before;
  let quietSince = began;
  for (;;) {
    await deaths.collect(ours, ours.checked);
    const dead = deaths.crashes - before;
    if (deaths.crashes > seen) {
      if (seen === before) report({ type: 'warning', text: warning(ours) });
      seen = deaths.crashes;
      quietSince = clock.now();
    }
    const service = dead === 0 ? undefined : await readService(world, ours);
    const head = primaryDeployment(service);
    if (head !== undefined && ours.id !== undefined && head.id !== ours.id) {
      return { kind: 'superseded', by: shortId(head.taskDefinition ?? 'another deployment') };
    }
    const desired = service?.desiredCount ?? ours.count;
    const up = dead === 0 || (head?.runningCount ?? 0) >= desired;
    const now = clock.now();
    if (dead >= breakerThreshold(desired) || (now >= limit && !up)) return dying(dead);
    const wanted = dead > 0 ? QUIET_AFTER_DEATH_MS : ours.checked ? 0 : UNCHECKED_TASKS_MS;
    if (now >= limit || (up && now - quietSince >= wanted)) return undefined;
    await clock.sleep(Math.min(LOOK_MS, limit - now), world.signal);
  }
}

const dying = (dead: number): Fallen => ({
  kind: 'dying',
  why: [`ECS called it successful, and since then ${dead} of its tasks died`],
});

const warning = ({ taskDefinition, service }: OurDeployment): string =>
  `ECS calls the deployment of ${shortId(taskDefinition)} successful, but a task of it died since: watching whether service ${service} stays up`;
