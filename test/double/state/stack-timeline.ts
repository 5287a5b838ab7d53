import type { Planned, ResourceChange } from './stacks.ts';

export type Verb = 'CREATE' | 'UPDATE' | 'IMPORT' | 'DELETE';

/** How an operation on a stack goes. */
export interface OperationScript {
  /** Milliseconds that each resource takes (2000). */
  each?: number;
  /** This resource fails. */
  fails?: { resource: string; reason: string };
  /** The resource that cannot go back, so that the rollback fails, too. */
  rollbackFails?: { resource: string; reason: string };
}

const VERB_OF = { Add: 'CREATE', Modify: 'UPDATE', Remove: 'DELETE', Import: 'IMPORT' } as const;

/**
 * What happens to a stack and its resources, and when: one resource after the other, two at a time. When one fails, the
 * one beside it is cancelled and everything goes back.
 */
export function stackTimeline(
  stack: string,
  verb: Verb,
  changes: readonly ResourceChange[],
  script: OperationScript,
  start: number,
): Planned[] {
  const { each = 2_000, fails } = script;
  const planned: Planned[] = [];
  const say = (id: string, type: string, status: string, at: number, reason?: string) =>
    planned.push({ id, type, status, at, reason });
  const ofStack = (status: string, at: number, reason?: string) =>
    say(stack, 'AWS::CloudFormation::Stack', status, at, reason);
  ofStack(`${verb}_IN_PROGRESS`, start, 'User Initiated');
  const done: ResourceChange[] = [];
  let at = start;
  for (let first = 0; first < changes.length; first += 2) {
    const pair = changes.slice(first, first + 2);
    for (const one of pair) say(one.id, one.type, `${VERB_OF[one.action]}_IN_PROGRESS`, at);
    at += each;
    const failed = pair.find(({ id }) => id === fails?.resource);
    if (failed && fails) {
      say(failed.id, failed.type, `${VERB_OF[failed.action]}_FAILED`, at, fails.reason);
      for (const one of pair.filter((other) => other !== failed)) {
        say(one.id, one.type, `${VERB_OF[one.action]}_FAILED`, at, `Resource ${cancelled(one)} cancelled`);
      }
      const names = pair.map(({ id }) => id).join(', ');
      goBack(planned, { stack, verb, done: [...done, ...pair], script, at, names });
      return planned;
    }
    for (const one of pair) say(one.id, one.type, endOf(one), at);
    done.push(...pair);
  }
  ofStack(`${verb}_COMPLETE`, at);
  return planned;
}

const cancelled = ({ action }: ResourceChange): string => (action === 'Modify' ? 'update' : 'creation');

const endOf = ({ action, policy }: ResourceChange): string =>
  action === 'Remove' && policy?.startsWith('Retain') ? 'DELETE_SKIPPED' : `${VERB_OF[action]}_COMPLETE`;

interface Failing {
  stack: string;
  verb: Verb;
  done: readonly ResourceChange[];
  script: OperationScript;
  at: number;
  names: string;
}

/** The events after a failure. A deletion only stops. */
function goBack(planned: Planned[], { stack, verb, done, script, at: start, names }: Failing): void {
  const { each = 2_000, rollbackFails } = script;
  const type = 'AWS::CloudFormation::Stack';
  if (verb === 'DELETE') {
    const reason = `The following resource(s) failed to delete: [${names}]. `;
    planned.push({ id: stack, type, status: 'DELETE_FAILED', reason, at: start });
    return;
  }
  const word = verb === 'UPDATE' ? 'update' : 'create';
  const going = verb === 'UPDATE' ? 'UPDATE_ROLLBACK' : verb === 'IMPORT' ? 'IMPORT_ROLLBACK' : 'ROLLBACK';
  const reason = `The following resource(s) failed to ${word}: [${names}]. ${verb === 'CREATE' ? 'Rollback requested by user.' : ''}`;
  let at = start;
  planned.push({ id: stack, type, status: `${going}_IN_PROGRESS`, reason, at });
  for (const one of [...done].reverse()) {
    at += each;
    if (rollbackFails?.resource === one.id) {
      const status = 'UPDATE_FAILED';
      planned.push({ id: one.id, type: one.type, status, reason: rollbackFails.reason, at });
      const summary = `The following resource(s) failed to update: [${one.id}]. `;
      planned.push({ id: stack, type, status: `${going}_FAILED`, reason: summary, at });
      return;
    }
    const status = one.action === 'Modify' ? 'UPDATE_COMPLETE' : 'DELETE_COMPLETE';
    planned.push({ id: one.id, type: one.type, status, reason: undefined, at });
  }
  planned.push({ id: stack, type, status: `${going}_COMPLETE`, reason: undefined, at });
}
