import { shortId } from '../../aws/arn.ts';

/** An earlier deployment of a service. */
export interface PastDeployment {
  /** `shop:7` */
  revision: string;
  /** The service deployment's status: SUCCESSFUL, ROLLBACK_SUCCESSFUL... */
  status: string;
}

/** A service's deployments, as far as ECS still shows them. Revisions are named as `shop:7`. */
export interface DeploymentHistory {
  /** The revision that the service is set to. */
  present: string;
  /** The deployment of that revision is COMPLETED, not still under way. */
  isCompleted: boolean;
  /** The revisions of the deployments that succeeded, oldest first. */
  succeeded: readonly string[];
  /** The last deployment, whether it succeeded or not. */
  last: PastDeployment | undefined;
}

/** Where `rollbackTo: 'previous'` leads. `stay`: ECS has gone back already. `none`: no earlier revision is known. */
interface PreviousRevision {
  kind: 'go' | 'stay' | 'none';
  /** The revision to run; the present one for `stay` and `none`. */
  revision: string;
  why: string;
  /** The revision before that one, to go back still further. */
  earlier: string | undefined;
}

/**
 * The revisions to which a service can go back step by step, oldest first. A rollback takes all later revisions off the
 * stack, so that a revision which was left never is "the previous one" again.
 */
export function rollbackStack(succeeded: readonly string[]): string[] {
  const stack: string[] = [];
  for (const revision of succeeded) {
    const at = stack.indexOf(revision);
    if (at < 0) stack.push(revision);
    else stack.length = at + 1;
  }
  return stack;
}

/** Decides which revision `rollbackTo: 'previous'` means. */
export function choosePrevious({ present, isCompleted, succeeded, last }: DeploymentHistory): PreviousRevision {
  const stack = rollbackStack(isCompleted ? [...succeeded, present] : succeeded);
  const top = stack.at(-1);
  if (top === undefined) {
    return { kind: 'none', revision: present, why: 'no deployment of it ever succeeded', earlier: undefined };
  }
  const earlier = stack.at(-2);
  if (top !== present) {
    return { kind: 'go', revision: top, why: `${present} is not up; ${top} is the last that was`, earlier };
  }
  if (hasRolledBack(last, stack)) {
    const why = `the deployment of ${last?.revision} failed, and ECS went back to ${present} by itself`;
    return { kind: 'stay', revision: present, why, earlier };
  }
  if (earlier === undefined) {
    return { kind: 'none', revision: present, why: `no revision is known to have run before ${present}`, earlier };
  }
  return { kind: 'go', revision: earlier, why: `${earlier} is what ran before ${present}`, earlier: stack.at(-3) };
}

/**
 * True where ECS has rolled the last deployment back by itself. A last deployment to a revision of the stack was a rollback
 * that failed: then the user still wants to go back.
 */
const hasRolledBack = (last: PastDeployment | undefined, stack: readonly string[]): boolean =>
  last?.status.startsWith('ROLLBACK_') === true && !stack.includes(last.revision);

/** How users name a revision: `41`, `shop:41` or its ARN. */
const NAMED_REVISION =
  /^(\d+|[A-Za-z0-9_-]{1,255}:\d+|arn:[^:]+:ecs:[^:]+:\d+:task-definition\/[A-Za-z0-9_-]{1,255}:\d+)$/;

/** True for a valid value of `rollbackTo`. */
export const isRollbackTarget = (text: string): boolean => text === 'previous' || NAMED_REVISION.test(text);

/** The revision that a user named, as `shop:41`. A number alone means the service's own family. */
export const namedRevision = (text: string, family: string): string =>
  /^\d+$/.test(text) ? `${family}:${text}` : shortId(text);
