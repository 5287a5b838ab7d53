import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import type { CallInTime } from '../../aws/deadline.ts';
import type { World } from '../../world.ts';
import { markNeverRan } from '../never-ran-tag.ts';
import type { ScaleUp } from '../plan/deployment-plan.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import { readService } from '../read-service.ts';
import { sameRevision } from '../revision.ts';
import { taskCount } from '../rollout/describe-running.ts';
import type { OurDeployment } from '../rollout/our-deployment.ts';
import { endedWith, type RolloutEnding } from './rollout-ending.ts';

/** Ends a first deployment, which has nothing to go back to, by stopping its tasks. */
export async function scaleToZero(world: World, ours: OurDeployment, inTime: CallInTime): Promise<RolloutEnding> {
  const service = await inTime((options) => readService(world, ours, options));
  if (service?.status !== 'ACTIVE') return endedWith(`service ${ours.service} is gone`);
  if (!sameRevision(service.taskDefinition, ours.taskDefinition)) return takenOver(ours, service.taskDefinition);
  const request = { cluster: ours.cluster, service: ours.service, desiredCount: 0 };
  await inTime((options) => world.aws.ecs.send(new UpdateServiceCommand(request), options));
  await inTime((options) => markNeverRan(world, service, options));
  return endedWith(`service ${ours.service} has nothing to go back to and is scaled to 0 tasks`);
}

/** Sets a raised count back, unless somebody else, or autoscaling, has changed it since. */
export async function scaleBack(
  world: World,
  ours: OurDeployment,
  { from, to }: ScaleUp,
  inTime: CallInTime,
): Promise<RolloutEnding> {
  const service = await inTime((options) => readService(world, ours, options));
  const primary = primaryDeployment(service);
  if (service?.status !== 'ACTIVE' || primary === undefined) return endedWith(`service ${ours.service} is gone`);
  if (ours.id !== undefined && primary.id !== ours.id) return takenOver(ours, primary.taskDefinition);
  const now = service.desiredCount ?? to;
  if (now !== from && now !== to) {
    return endedWith(`service ${ours.service} was scaled to ${taskCount(now)} since, by someone else, and is left so`);
  }
  const request = { cluster: ours.cluster, service: ours.service, desiredCount: from };
  await inTime((options) => world.aws.ecs.send(new UpdateServiceCommand(request), options));
  return endedWith(`service ${ours.service} is scaled to ${taskCount(from)} again, as before`);
}

const takenOver = ({ service }: OurDeployment, taskDefinition: string | undefined): RolloutEnding =>
  endedWith(`another deployment has taken over: service ${service} runs ${shortId(taskDefinition ?? '?')}`);
