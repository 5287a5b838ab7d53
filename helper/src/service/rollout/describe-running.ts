import type { Service } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { sameRevision } from '../revision.ts';
import type { OurDeployment } from './our-deployment.ts';

type PreviousRevision = Pick<OurDeployment, 'previous' | 'previousImage'>;

/** The revisions whose tasks run at a moment. */
export interface RunningRevisions {
  /** For people, as a clause: `service shop runs shop:7 (sha256:4f1c...), 2 of 2 tasks`. */
  clause: string;
  /** Their ARNs. */
  revisions: readonly string[];
}

/** For people: `1 task`, `2 tasks`. */
export const taskCount = (count: number): string => `${count} task${count === 1 ? '' : 's'}`;

/** A revision for people, with its image's digest where that is known: `shop:7 (sha256:4f1c2a9be03d)`. */
export function revisionName(revision: string, ours: PreviousRevision): string {
  const image = sameRevision(revision, ours.previous) ? (ours.previousImage ?? '') : '';
  const digest = /@(sha256:[0-9a-f]{12})/.exec(image)?.[1];
  return digest === undefined ? shortId(revision) : `${shortId(revision)} (${digest})`;
}

/** Which revisions a service runs at this moment. */
export function describeRunning(
  service: Service | undefined,
  ours: PreviousRevision & Pick<OurDeployment, 'service'>,
): RunningRevisions {
  if (service === undefined || service.status !== 'ACTIVE') {
    return { clause: `service ${ours.service} is gone`, revisions: [] };
  }
  const desired = service.desiredCount ?? 0;
  const running = (service.deployments ?? []).filter((one) => (one.runningCount ?? 0) > 0);
  if (running.length === 0) {
    return { clause: `service ${ours.service} runs no task, ${desired} are wanted`, revisions: [] };
  }
  const parts = running.map(
    (one) => `${revisionName(one.taskDefinition ?? '?', ours)}, ${one.runningCount} of ${desired} tasks`,
  );
  return {
    clause: `service ${ours.service} runs ${parts.join(', and ')}`,
    revisions: running.flatMap((one) => one.taskDefinition ?? []),
  };
}

/** A further clause that names the previous revision; empty where that still runs, or where there is none. */
export function previousRevisionClause(
  { revisions }: RunningRevisions,
  ours: PreviousRevision & Pick<OurDeployment, 'taskDefinition'>,
): string {
  const { previous } = ours;
  if (previous === undefined || sameRevision(previous, ours.taskDefinition)) return '';
  const stillRuns = revisions.some((revision) => sameRevision(revision, previous));
  return stillRuns ? '' : `; before it ran ${revisionName(previous, ours)}`;
}
