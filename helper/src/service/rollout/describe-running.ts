import type { Service } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { sameRevision } from '../revision.ts';
import type { OurDeployment } from './our-deployment.ts';

type Known = Pick<OurDeployment, 'previous' | 'previousImage'>;

/** A revision for people, with its image's digest where that is known: `shop:7 (sha256:4f1c2a9be03d)`. */
export function revisionName(revision: string, ours: Known): string {
  const image = sameRevision(revision, ours.previous) ? (ours.previousImage ?? '') : '';
  const digest = /@(sha256:[0-9a-f]{12})/.exec(image)?.[1];
  return digest === undefined ? shortId(revision) : `${shortId(revision)} (${digest})`;
}

/** What a service runs at this moment, as a clause: `service shop runs shop:7 (sha256:4f1c...), 2 of 2 tasks`. */
export function describeRunning(service: Service | undefined, ours: Known & Pick<OurDeployment, 'service'>): string {
  if (service === undefined || service.status !== 'ACTIVE') return `service ${ours.service} is gone`;
  const desired = service.desiredCount ?? 0;
  const running = (service.deployments ?? []).filter((one) => (one.runningCount ?? 0) > 0);
  if (running.length === 0) return `service ${ours.service} runs no task, ${desired} are wanted`;
  const parts = running.map(
    (one) => `${revisionName(one.taskDefinition ?? '?', ours)}, ${one.runningCount} of ${desired} tasks`,
  );
  return `service ${ours.service} runs ${parts.join(', and ')}`;
}

/** What could be gone back to, as a further clause; empty where it still runs and was named, or there is none. */
export function previousRevisionClause(runs: string, ours: Known & Pick<OurDeployment, 'taskDefinition'>): string {
  const { previous } = ours;
  if (previous === undefined || sameRevision(previous, ours.taskDefinition)) return '';
  const name = revisionName(previous, ours);
  return runs.includes(name) ? '' : `; before it ran ${name}`;
}

/** For people: `1 task`, `2 tasks`. */
export const taskCount = (count: number): string => `${count} task${count === 1 ? '' : 's'}`;
