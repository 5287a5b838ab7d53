import type { ResourceToImport } from '@aws-sdk/client-cloudformation';
import { Failure } from '../../failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import { type ChangeSet, createChangeSet, deleteChangeSet, readChangeSet } from './change-set-calls.ts';
import { deleteStack } from './stack-calls.ts';
import type { ObservedStack } from './stacks.ts';
import { bodyToSend } from './template-body.ts';
import { changeSetParameters, type TemplateValues } from './template-values.ts';
import type { Template } from './templates.ts';
import { tolerateOutage } from './wait-until-settled.ts';

/** A stack as it shall be. */
export interface DesiredStack {
  readonly name: string;
  readonly prefix: string;
  readonly template: Template;
  readonly values: TemplateValues;
}

/** A change that CloudFormation has worked out and not made yet. */
export interface PlannedChange extends ChangeSet {
  readonly id: string;
  readonly stack: string;
  readonly token: string;
}

/** What a change is planned from. */
interface ChangeBasis {
  /** The stack as it is; undefined where it is to be created. */
  readonly present: ObservedStack | undefined;
  /** In milliseconds since the epoch. */
  readonly deadline: number;
  /** Resources that an earlier stack left, and that the new one takes back. */
  readonly imports?: readonly ResourceToImport[];
}

const POLL_MS = 1_000;
/** CloudFormation's words for a change set without any change. */
const UNCHANGED = /didn't contain changes|No updates are to be performed/i;

/** A new token for each operation: CloudFormation ignores a request whose token it has seen. */
export const newRequestToken = ({ clock }: OperatorWorld): string => `fargate-ci-${clock.now()}`;

/**
 * Lets CloudFormation work out a change, as a change set.
 * @returns undefined where there is nothing to change
 * @throws Failure `usage` where a parameter is missing, `deploy` where CloudFormation does not accept it, `timeout`
 */
export async function planStackChange(
  world: OperatorWorld,
  desired: DesiredStack,
  { present, deadline, imports }: ChangeBasis,
): Promise<PlannedChange | undefined> {
  const { parameters, missing } = changeSetParameters(desired.template, desired.values, present);
  if (missing.length > 0) {
    throw new Failure('usage', `the stack ${desired.name} needs ${missing.join(', ')}`, {
      hint: `fargate-ci infra up --help has the flags; --${desired.template.name}-parameters ${missing[0]}=... gives it as it is`,
    });
  }
  const token = newRequestToken(world);
  const { changeSet, stack } = await createChangeSet(world, {
    stack: desired.name,
    name: token,
    type: imports ? 'IMPORT' : present === undefined ? 'CREATE' : 'UPDATE',
    body: bodyToSend(desired.template),
    parameters,
    tags: { 'fargate-ci': desired.prefix },
    ...(imports ? { imports } : {}),
  });
  const { status, reason, changes } = await waitForChangeSet(world, changeSet, deadline);
  if (status === 'CREATE_COMPLETE') return { status, reason, changes, id: changeSet, stack, token };
  await deleteChangeSet(world, changeSet);
  if (status === 'FAILED' && UNCHANGED.test(reason)) return undefined;
  if (present === undefined) await deleteStack(world, stack, token);
  if (status !== 'FAILED') {
    throw new Failure('timeout', `CloudFormation does not work out what would change in the stack ${desired.name}`, {
      hint: 'nothing was changed: run the same command again later',
      evidence: [`change set ${token}: ${status || 'no answer'}${reason ? `: ${reason}` : ''}`],
    });
  }
  throw new Failure('deploy', `CloudFormation does not accept the change of the stack ${desired.name}`, {
    hint: 'nothing was changed: mend what the evidence names, then run the same command again',
    evidence: [reason],
  });
}

/** Waits until a change set is worked out, or its time is up. An abort removes the change set. */
async function waitForChangeSet(world: OperatorWorld, id: string, deadline: number): Promise<ChangeSet> {
  const { clock, signal } = world;
  let last: ChangeSet = { status: '', reason: '', changes: [] };
  try {
    for (;;) {
      const answer = await tolerateOutage(world, deadline, () => readChangeSet(world, id));
      if (answer !== 'no answer') last = answer;
      if (last.status === 'CREATE_COMPLETE' || last.status === 'FAILED' || clock.now() >= deadline) return last;
      await clock.sleep(POLL_MS, signal);
    }
  } catch (error) {
    // A change set that stays does no harm, so that the abort is reported and not this failure.
    if (signal.aborted) await deleteChangeSet(world, id).catch(() => {});
    throw error;
  }
}
