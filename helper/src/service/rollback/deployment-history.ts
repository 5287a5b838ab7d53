import { shortId } from '../../aws/arn.ts';

/** A deployment of the past; revisions as `shop:7`. */
export interface PastDeployment {
  revision: string;
  /** Of the service deployment: SUCCESSFUL, ROLLBACK_SUCCESSFUL... */
  status: string;
}

/** What is known of a service's deployments; revisions as `shop:7`. */
export interface DeploymentHistory {
  /** The revision that the service is set to. */
  present: string;
  /** Its deployment is COMPLETED: it runs, and is not merely on its way. */
  settled: boolean;
  /** Targets of the deployments that succeeded, oldest first. */
  succeeded: readonly string[];
  /** The last deployment, whatever came of it. */
  last: PastDeployment | undefined;
}

/** Where `previous` leads: `stay` where ECS is back already, `none` where nothing earlier is known. */
export interface PreviousRevision {
  kind: 'go' | 'stay' | 'none';
  /** The revision to run; the present one for `stay` and `none`. */
  revision: string;
  why: string;
  /** The one below, by which one could go further back. */
  below: string | undefined;
}

/**
 * The revisions that a service stands on, oldest first: each was built on by the next. Going back to one forgets what
 * came after it, so that a revision that was left is never "the previous one" again.
 */
export function standing(succeeded: readonly string[]): string[] {
  const stack: string[] = [];
  for (const revision of succeeded) {
    const at = stack.indexOf(revision);
    if (at < 0) stack.push(revision);
    else stack.length = at + 1;
  }
  return stack;
}

/** Chooses what `previous` means, seen from what runs now. */
export function choosePrevious({ present, settled, succeeded, last }: DeploymentHistory): PreviousRevision {
  const stack = standing(settled ? [...succeeded, present] : succeeded);
  const top = stack.at(-1);
  if (top === undefined) {
    return { kind: 'none', revision: present, why: 'no deployment of it ever succeeded', below: undefined };
  }
  const below = stack.at(-2);
  if (top !== present) {
    return { kind: 'go', revision: top, why: `${present} is not up; ${top} is the last that was`, below };
  }
  if (wentBack(last, stack)) {
    const why = `the deployment of ${last?.revision} failed, and ECS went back to ${present} by itself`;
    return { kind: 'stay', revision: present, why, below };
  }
  if (below === undefined) {
    return { kind: 'none', revision: present, why: `no revision is known to have run before ${present}`, below };
  }
  return { kind: 'go', revision: below, why: `${below} is what ran before ${present}`, below: stack.at(-3) };
}

/** ECS gave the last deployment up itself; one that was itself a way back does not count: going back is wanted still. */
const wentBack = (last: PastDeployment | undefined, stack: readonly string[]): boolean =>
  last?.status.startsWith('ROLLBACK_') === true && !stack.includes(last.revision);

/** A revision as a user names it: `41`, `shop:41` or its ARN. */
const REVISION = /^(\d+|[A-Za-z0-9_-]{1,255}:\d+|arn:[^:]+:ecs:[^:]+:\d+:task-definition\/[A-Za-z0-9_-]{1,255}:\d+)$/;

/** True for what `rollbackTo` takes. */
export const isRollbackTarget = (text: string): boolean => text === 'previous' || REVISION.test(text);

/** The revision that a user named; a number is one of the service's own family. */
export const namedRevision = (text: string, family: string): string =>
  /^\d+$/.test(text) ? `${family}:${text}` : shortId(text);
