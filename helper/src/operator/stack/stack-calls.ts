import {
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { awsErrorFacts } from '../../aws/errors.ts';
import { operatorFailure } from '../operator-failure.ts';
import type { AwsAccess } from '../operator-world.ts';
import type { ObservedStack } from './stacks.ts';

const toRecord = (
  entries: readonly { key?: string | undefined; value?: string | undefined }[],
): Record<string, string> =>
  Object.fromEntries(entries.flatMap(({ key, value }) => (key === undefined ? [] : [[key, value ?? '']])));

function asObservedStack(stack: Stack): ObservedStack {
  const { Parameters = [], Outputs = [] } = stack;
  return {
    name: stack.StackName ?? '',
    id: stack.StackId ?? stack.StackName ?? '',
    status: stack.StackStatus ?? '',
    reason: stack.StackStatusReason ?? '',
    parameters: toRecord(Parameters.map((one) => ({ key: one.ParameterKey, value: one.ParameterValue }))),
    outputs: toRecord(Outputs.map((one) => ({ key: one.OutputKey, value: one.OutputValue }))),
    changed: (stack.LastUpdatedTime ?? stack.CreationTime)?.getTime() ?? 0,
  };
}

/** True where CloudFormation says that there is no such stack. */
export const isMissingStack = (error: unknown): boolean =>
  awsErrorFacts(error).code === 'ValidationError' && /does not exist/.test(awsErrorFacts(error).message);

/**
 * Reads a stack.
 * @param name its name or its id; CloudFormation finds a deleted stack by its id only
 * @returns undefined where there is no such stack
 */
export async function readStack({ aws, signal }: AwsAccess, name: string): Promise<ObservedStack | undefined> {
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

/** Reads all stacks whose names have this beginning. */
export async function readStacks({ aws, signal }: AwsAccess, beginning: string): Promise<ObservedStack[]> {
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

/** Starts the deletion of a stack. */
export async function deleteStack({ aws, signal }: AwsAccess, id: string, token: string): Promise<void> {
  try {
    const request = { StackName: id, ClientRequestToken: token };
    await aws.cloudFormation.send(new DeleteStackCommand(request), { abortSignal: signal });
  } catch (error) {
    throw operatorFailure(error, `delete the stack ${id}`);
  }
}
