import {
  type Capability,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  type Parameter,
  paginateDescribeChangeSet,
  paginateDescribeStacks,
  type ResourceToImport,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { awsErrorFacts } from '../../aws/errors.ts';
import { isMissingStack, operatorFailure } from '../operator-failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import type { StackChange } from './describe-stack-changes.ts';
import type { StackEvent } from './stack-history.ts';
import type { ObservedStack } from './stacks.ts';

type Calls = Pick<OperatorWorld, 'aws' | 'signal'>;

/** The templates make IAM roles with names of CloudFormation's making, and some with their own. */
const CAPABILITIES: Capability[] = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];

const pairs = (list: readonly { key?: string | undefined; value?: string | undefined }[]): Record<string, string> =>
  Object.fromEntries(list.flatMap(({ key, value }) => (key === undefined ? [] : [[key, value ?? '']])));

function asObservedStack(stack: Stack): ObservedStack {
  return {
    name: stack.StackName ?? '',
    id: stack.StackId ?? stack.StackName ?? '',
    status: stack.StackStatus ?? '',
    reason: stack.StackStatusReason ?? '',
    parameters: pairs((stack.Parameters ?? []).map((one) => ({ key: one.ParameterKey, value: one.ParameterValue }))),
    outputs: pairs((stack.Outputs ?? []).map((one) => ({ key: one.OutputKey, value: one.OutputValue }))),
    changed: (stack.LastUpdatedTime ?? stack.CreationTime)?.getTime() ?? 0,
  };
}

/** A stack by name or id; undefined where there is none. By its id a deleted one is found too. */
export async function readStack({ aws, signal }: Calls, name: string): Promise<ObservedStack | undefined> {
  try {
    const { Stacks = [] } = await aws.cloudFormation.send(new DescribeStacksCommand({ StackName: name }), {
      abortSignal: signal,
    });
    return Stacks[0] && asObservedStack(Stacks[0]);
  } catch (error) {
    if (isMissingStack(error)) return undefined;
    throw operatorFailure(error, `read the stack ${name}`, aws.region);
  }
}

/** All stacks whose names begin so. */
export async function readStacks({ aws, signal }: Calls, beginning: string): Promise<ObservedStack[]> {
  const found: ObservedStack[] = [];
  try {
    for await (const { Stacks = [] } of paginateDescribeStacks({ client: aws.cloudFormation }, {})) {
      signal.throwIfAborted();
      found.push(...Stacks.map(asObservedStack).filter(({ name }) => name.startsWith(beginning)));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw operatorFailure(error, 'list the stacks', aws.region);
  }
  return found;
}

/** What a change set is made of. */
export interface ChangeSetRequest {
  readonly stack: string;
  /** Its own name, new each time: also the token by which a repeated request does nothing. */
  readonly name: string;
  readonly type: 'CREATE' | 'UPDATE' | 'IMPORT';
  readonly body: string;
  /** A value; undefined keeps the one that the stack has. */
  readonly parameters: Readonly<Record<string, string | undefined>>;
  /** Of the stack; an import may not name any. */
  readonly tags: Readonly<Record<string, string>>;
  readonly imports?: readonly ResourceToImport[];
}

/** Asks for a change set. @returns the ids of change set and stack */
export async function createChangeSet({ aws, signal }: Calls, request: ChangeSetRequest) {
  const Parameters = Object.entries(request.parameters).map(
    ([key, value]): Parameter => ({
      ParameterKey: key,
      ...(value === undefined ? { UsePreviousValue: true } : { ParameterValue: value }),
    }),
  );
  try {
    const { Id = '', StackId = '' } = await aws.cloudFormation.send(
      new CreateChangeSetCommand({
        StackName: request.stack,
        ChangeSetName: request.name,
        ClientToken: request.name,
        ChangeSetType: request.type,
        TemplateBody: request.body,
        Parameters,
        Capabilities: CAPABILITIES,
        ...(request.imports
          ? { ResourcesToImport: [...request.imports] }
          : { Tags: Object.entries(request.tags).map(([Key, Value]) => ({ Key, Value })) }),
      }),
      { abortSignal: signal },
    );
    return { changeSet: Id, stack: StackId };
  } catch (error) {
    throw operatorFailure(error, `plan the change of the stack ${request.stack}`);
  }
}

/** A change set as far as it has come. */
export interface ChangeSet {
  readonly status: string;
  readonly reason: string;
  readonly changes: readonly StackChange[];
}

/** Reads a change set with all pages of its changes. */
export async function readChangeSet({ aws, signal }: Calls, id: string): Promise<ChangeSet> {
  const changes: StackChange[] = [];
  let status = '';
  let reason = '';
  try {
    for await (const page of paginateDescribeChangeSet({ client: aws.cloudFormation }, { ChangeSetName: id })) {
      signal.throwIfAborted();
      status = page.Status ?? '';
      reason = page.StatusReason ?? '';
      for (const { ResourceChange: one } of page.Changes ?? []) {
        if (one === undefined) continue;
        const properties = (one.Details ?? []).flatMap(({ Target }) => Target?.Name ?? Target?.Attribute ?? []);
        changes.push({
          action: one.Action ?? '',
          id: one.LogicalResourceId ?? '',
          type: one.ResourceType ?? '',
          replacement: one.Replacement ?? '',
          policy: one.PolicyAction ?? '',
          properties: [...new Set(properties)],
        });
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw operatorFailure(error, 'read what would change');
  }
  return { status, reason, changes };
}

/** Carries a change set out. What a failed one has just made goes again, also what is kept otherwise. */
export async function executeChangeSet(
  { aws, signal }: Calls,
  { id, stack, token, imports }: { id: string; stack: string; token: string; imports: boolean },
): Promise<void> {
  try {
    await aws.cloudFormation.send(
      new ExecuteChangeSetCommand({
        ChangeSetName: id,
        ClientRequestToken: token,
        ...(imports ? {} : { RetainExceptOnCreate: true }),
      }),
      { abortSignal: signal },
    );
  } catch (error) {
    // A request that was sent twice, because the first answer was lost.
    if (/^InvalidChangeSetStatus/.test(awsErrorFacts(error).code) && /EXECUTE_/.test(awsErrorFacts(error).message))
      return;
    throw operatorFailure(error, `carry out the change of the stack ${stack}`);
  }
}

/** Removes a change set that will not be executed; one that is gone is no error. */
export async function deleteChangeSet({ aws }: Pick<OperatorWorld, 'aws'>, id: string): Promise<void> {
  try {
    await aws.cloudFormation.send(new DeleteChangeSetCommand({ ChangeSetName: id }));
  } catch (error) {
    if (!/ChangeSetNotFound/.test(awsErrorFacts(error).code)) throw operatorFailure(error, 'remove a change set');
  }
}

/** Begins to delete a stack. */
export async function deleteStack({ aws, signal }: Calls, id: string, token: string): Promise<void> {
  try {
    const request = { StackName: id, ClientRequestToken: token };
    await aws.cloudFormation.send(new DeleteStackCommand(request), { abortSignal: signal });
  } catch (error) {
    throw operatorFailure(error, `delete the stack ${id}`);
  }
}

/**
 * A stack's history from its newest entry back to one that is known.
 * @returns the oldest first
 */
export async function readStackEvents(
  { aws, signal }: Calls,
  stack: string,
  known: (event: StackEvent) => boolean,
): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await aws.cloudFormation.send(
        new DescribeStackEventsCommand({ StackName: stack, ...(token === undefined ? {} : { NextToken: token }) }),
        { abortSignal: signal },
      );
      for (const one of page.StackEvents ?? []) {
        const event: StackEvent = {
          eventId: one.EventId ?? '',
          id: one.LogicalResourceId ?? '',
          type: one.ResourceType ?? '',
          status: one.ResourceStatus ?? '',
          reason: one.ResourceStatusReason ?? '',
          at: one.Timestamp?.getTime() ?? 0,
          ofStack: one.PhysicalResourceId !== undefined && one.PhysicalResourceId === one.StackId,
        };
        if (known(event)) return events.reverse();
        events.push(event);
      }
      token = page.NextToken;
    } while (token !== undefined);
  } catch (error) {
    if (isMissingStack(error)) return [];
    throw operatorFailure(error, `read the history of the stack ${stack}`);
  }
  return events.reverse();
}
