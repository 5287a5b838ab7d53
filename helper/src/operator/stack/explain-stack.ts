import { Failure } from '../../failure.ts';
import type { StackVerb } from '../operator-events.ts';
import { resourceTypeName } from './describe-stack-changes.ts';
import { firstCause, type StackEvent, type StackHistory } from './stack-history.ts';
import type { ObservedStack } from './stacks.ts';

const FAILED = {
  create: 'could not be created',
  update: 'could not be updated',
  import: 'could not take back what was kept',
  delete: 'could not be deleted',
} as const;

/** Hints for reasons of CloudFormation, where their words say more than that something failed. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /already exists|AlreadyExists|already in use/i,
    'something of that name is there and belongs to no stack of this prefix: remove or rename it, or take another prefix (--prefix)',
  ],
  [/not authorized|AccessDenied|UnauthorizedOperation/i, 'allow these credentials what the evidence names'],
  [/LimitExceeded|limit .*(exceeded|reached)|quota/i, "raise the account's quota (Service Quotas), or free some of it"],
  [
    /must detach all entities|DeleteConflict|attached/i,
    "the caller policy is attached to somebody's role: detach it there (aws iam list-entities-for-policy names it)",
  ],
  [
    /bucket you tried to delete is not empty|BucketNotEmpty/i,
    'what is in the bucket is not deleted unasked: infra down again leaves the bucket where it is, infra down --delete-data empties and deletes it',
  ],
  [
    /has dependencies|DependencyViolation|has a dependent object|in use/i,
    'something outside the stack uses it still: the evidence names what; remove that first',
  ],
  [
    /service[- ]linked role/i,
    'AWS makes that role when the account first uses the service, which takes a minute: nothing is to mend',
  ],
  [/circuit breaker|did not stabilize/i, "look at the service's log and events: its tasks did not come up"],
];

const NEXT_RUN: Readonly<Record<StackVerb, string>> = {
  create: 'Then run the same command again: what this attempt left is removed first',
  update: 'CloudFormation went back to what was before. Then run the same command again',
  import: 'Then run the same command again',
  delete: 'Then run the same command again: it goes on where this one ended',
};

/** Explains why an operation failed: by its first cause, not by the failures that followed from it. */
export function stackFailure(stack: ObservedStack, verb: StackVerb, history: StackHistory): Failure {
  if (stack.status === 'UPDATE_ROLLBACK_FAILED') return stuckFailure(stack, history.events);
  const cause = firstCause(history.events);
  const hint = HINTS.find(([pattern]) => pattern.test(cause?.reason ?? ''))?.[1] ?? 'mend what the evidence names';
  return new Failure('deploy', `the stack ${stack.name} ${FAILED[verb]}${cause ? `: ${describeEvent(cause)}` : ''}`, {
    hint: `${hint}. ${NEXT_RUN[verb]}`,
    evidence: [
      ...(cause?.reason ? [cause.reason] : []),
      `${stack.status}${stack.reason && stack.reason !== cause?.reason ? `: ${stack.reason.trim()}` : ''}`,
    ],
  });
}

const describeEvent = ({ id, type, status, ofStack }: StackEvent): string =>
  ofStack ? status : `${id} (${resourceTypeName(type)}) ${status}`;

/** Explains a stack whose rollback failed. It takes no change until a person has continued the rollback. */
export function stuckFailure(stack: ObservedStack, events: readonly StackEvent[]): Failure {
  // Only the failures of the newest rollback count; those of the update itself come before it.
  const rollback = events.map(({ status, ofStack }) => ofStack && status === 'UPDATE_ROLLBACK_IN_PROGRESS');
  const failed = events
    .slice(Math.max(0, rollback.lastIndexOf(true)))
    .filter(({ ofStack, status }) => !ofStack && status.endsWith('_FAILED'));
  const skip = [...new Set(failed.map(({ id }) => id))].join(' ');
  const command = `aws cloudformation continue-update-rollback --stack-name ${stack.name}`;
  return new Failure('deploy', `the stack ${stack.name} is stuck: an update failed, and so did going back`, {
    hint: `mend what the evidence names, then: ${command}. Where it cannot be mended: ${command} --resources-to-skip ${skip || 'RESOURCE'}, which leaves those as they are. Once it is UPDATE_ROLLBACK_COMPLETE, run the same command again`,
    evidence: [
      ...failed.map((event) => `${describeEvent(event)}: ${event.reason}`),
      `${stack.status}${stack.reason ? `: ${stack.reason.trim()}` : ''}`,
    ],
  });
}
