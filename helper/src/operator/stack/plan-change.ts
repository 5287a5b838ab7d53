import type { ResourceToImport } from '@aws-sdk/client-cloudformation';
import { Failure } from '../../failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import { askUnlessUnwell } from './follow-operation.ts';
import { type ChangeSet, createChangeSet, deleteChangeSet, deleteStack, readChangeSet } from './stack-calls.ts';
import type { ObservedStack } from './stacks.ts';
import { changeSetParameters, type TemplateValues } from './template-values.ts';
import { bodyToSend, type Template } from './templates.ts';

/** A stack as it shall be. */
export interface DesiredStack {
  readonly name: string;
  readonly prefix: string;
  readonly template: Template;
  readonly values: TemplateValues;
}

/** A change that AWS has worked out and not made yet. */
export interface PlannedChange extends ChangeSet {
  readonly id: string;
  readonly stack: string;
  readonly token: string;
}

const LOOK_MS = 1_000;
const UNCHANGED = /didn't contain changes|No updates are to be performed/i;

/** A token of its own for each operation. */
export const newRequestToken = ({ clock }: OperatorWorld): string => `fargate-ci-${clock.now()}`;

/**
 * Has AWS work a change out.
 * @param deadline in milliseconds since the epoch
 * @returns undefined where there is none
 * @throws Failure `usage` where a parameter is missing, `deploy` where CloudFormation does not accept it, `timeout`
 */
export async function planStackChange(
  world: OperatorWorld,
  wanted: DesiredStack,
  present: ObservedStack | undefined,
  deadline: number,
  imports?: readonly ResourceToImport[],
): Promise<PlannedChange | undefined> {
  const { parameters, missing } = changeSetParameters(wanted.template, wanted.values, present);
  if (missing.length > 0) {
    throw new Failure('usage', `the stack ${wanted.name} needs ${missing.join(', ')}`, {
      hint: `fargate-ci infra up --help has the flags; --${wanted.template.kind}-parameters ${missing[0]}=... gives it as it is`,
    });
  }
  const token = newRequestToken(world);
  const { changeSet, stack } = await createChangeSet(world, {
    stack: wanted.name,
    name: token,
    type: imports ? 'IMPORT' : present === undefined ? 'CREATE' : 'UPDATE',
    body: bodyToSend(wanted.template),
    parameters,
    tags: { 'fargate-ci': wanted.prefix },
    ...(imports ? { imports } : {}),
  });
  const { status, reason, changes } = await workedOut(world, changeSet, deadline);
  if (status === 'CREATE_COMPLETE') return { status, reason, changes, id: changeSet, stack, token };
  await deleteChangeSet(world, changeSet);
  if (status === 'FAILED' && UNCHANGED.test(reason)) return undefined;
  if (present === undefined) await deleteStack(world, stack, token);
  if (status !== 'FAILED') {
    throw new Failure('timeout', `CloudFormation does not work out what would change in the stack ${wanted.name}`, {
      hint: 'nothing was changed: run the same command again later',
      evidence: [`change set ${token}: ${status || 'no answer'}${reason ? `: ${reason}` : ''}`],
    });
  }
  throw new Failure('deploy', `CloudFormation does not accept the change of the stack ${wanted.name}`, {
    hint: 'nothing was changed: mend what the evidence names, then run the same command again',
    evidence: [reason],
  });
}

/** Waits until a change set is worked out, or time is up; an abort leaves none. */
async function workedOut(world: OperatorWorld, id: string, deadline: number): Promise<ChangeSet> {
  const { clock, signal } = world;
  let last: ChangeSet = { status: '', reason: '', changes: [] };
  try {
    for (;;) {
      const seen = await askUnlessUnwell(world, deadline, () => readChangeSet(world, id));
      if (seen !== 'nothing') last = seen;
      if (last.status === 'CREATE_COMPLETE' || last.status === 'FAILED' || clock.now() >= deadline) return last;
      await clock.sleep(LOOK_MS, signal);
    }
  } catch (error) {
    // What cannot be removed harms nobody: the abort is what is told.
    if (signal.aborted) await deleteChangeSet(world, id).catch(() => {});
    throw error;
  }
}
