import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import type { World } from '../../world.ts';
import type { Cut, Ending } from '../call-options.ts';
import { markNeverRan } from '../never-ran-tag.ts';
import { readService } from '../read-service.ts';
import { primary, sameRevision } from '../revision-names.ts';
import type { Ours, Scaled } from '../rollout/verdict.ts';

/** For people: `1 task`, `2 tasks`. */
export const tasks = (count: number): string => `${count} task${count === 1 ? '' : 's'}`;

/** Ends a first deployment: there is nothing to go back to. */
export async function scaleToZero(world: World, ours: Ours, cut: Cut): Promise<Ending> {
  const service = await cut((options) => readService(world, ours, options));
  if (service?.status !== 'ACTIVE') return done(`service ${ours.service} is gone`);
  if (!sameRevision(service.taskDefinition, ours.taskDefinition)) return takenOver(ours, service.taskDefinition);
  const request = { cluster: ours.cluster, service: ours.service, desiredCount: 0 };
  await cut((options) => world.aws.ecs.send(new UpdateServiceCommand(request), options));
  await cut((options) => markNeverRan(world, service, options));
  return done(`service ${ours.service} has nothing to go back to and is scaled to 0 tasks`);
}

/** Sets the count back that was raised, unless somebody else, or autoscaling, has set another one since. */
export async function scaleBack(world: World, ours: Ours, { from, to }: Scaled, cut: Cut): Promise<Ending> {
  const service = await cut((options) => readService(world, ours, options));
  const head = primary(service);
  if (service?.status !== 'ACTIVE' || head === undefined) return done(`service ${ours.service} is gone`);
  if (ours.id !== undefined && head.id !== ours.id) return takenOver(ours, head.taskDefinition);
  const now = service.desiredCount ?? to;
  if (now !== from && now !== to) {
    return done(`service ${ours.service} was scaled to ${tasks(now)} since, by someone else, and is left so`);
  }
  const request = { cluster: ours.cluster, service: ours.service, desiredCount: from };
  await cut((options) => world.aws.ecs.send(new UpdateServiceCommand(request), options));
  return done(`service ${ours.service} is scaled to ${tasks(from)} again, as before`);
}

const done = (state: string): Ending => ({ state, stays: false });

const takenOver = ({ service }: Ours, taskDefinition: string | undefined): Ending =>
  done(`another deployment has taken over: service ${service} runs ${shortId(taskDefinition ?? '?')}`);
