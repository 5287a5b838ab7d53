import {
  type Capability,
  type ResourceChange as CloudFormationChange,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  ExecuteChangeSetCommand,
  type Parameter,
  paginateDescribeChangeSet,
  type ResourceToImport,
} from '@aws-sdk/client-cloudformation';
import { awsErrorFacts } from '../../aws/errors.ts';
import { operatorFailure } from '../operator-failure.ts';
import type { AwsAccess, OperatorWorld } from '../operator-world.ts';
import type { StackChange } from './describe-stack-changes.ts';

/** The templates make IAM roles. CloudFormation names some of them, the templates name the others. */
const CAPABILITIES: Capability[] = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];

/** What a change set is made of. */
interface ChangeSetRequest {
  readonly stack: string;
  /** A new name for each request. It is also the token by which CloudFormation ignores a repeated request. */
  readonly name: string;
  readonly type: 'CREATE' | 'UPDATE' | 'IMPORT';
  readonly body: string;
  /** The template's parameters; undefined keeps the value that the stack has. */
  readonly parameters: Readonly<Record<string, string | undefined>>;
  /** Tags of the stack. CloudFormation refuses them in an import, so there they are left out. */
  readonly tags: Readonly<Record<string, string>>;
  readonly imports?: readonly ResourceToImport[];
}

/** A change set as far as CloudFormation has worked it out. */
export interface ChangeSet {
  readonly status: string;
  readonly reason: string;
  readonly changes: readonly StackChange[];
}

/** Asks for a change set. @returns the ids of change set and stack */
export async function createChangeSet({ aws, signal }: AwsAccess, request: ChangeSetRequest) {
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

function asStackChange(change: CloudFormationChange): StackChange {
  const properties = (change.Details ?? []).flatMap(({ Target }) => Target?.Name ?? Target?.Attribute ?? []);
  return {
    action: change.Action ?? '',
    id: change.LogicalResourceId ?? '',
    type: change.ResourceType ?? '',
    replacement: change.Replacement ?? '',
    policy: change.PolicyAction ?? '',
    properties: [...new Set(properties)],
  };
}

/** Reads a change set with all pages of its changes. */
export async function readChangeSet({ aws, signal }: AwsAccess, id: string): Promise<ChangeSet> {
  const changes: StackChange[] = [];
  let status = '';
  let reason = '';
  try {
    for await (const page of paginateDescribeChangeSet({ client: aws.cloudFormation }, { ChangeSetName: id })) {
      signal.throwIfAborted();
      status = page.Status ?? '';
      reason = page.StatusReason ?? '';
      changes.push(
        ...(page.Changes ?? []).flatMap((one) => (one.ResourceChange ? asStackChange(one.ResourceChange) : [])),
      );
    }
  } catch (error) {
    signal.throwIfAborted();
    throw operatorFailure(error, 'read what would change');
  }
  return { status, reason, changes };
}

/**
 * Carries a change set out. Where it fails, CloudFormation also deletes the new resources whose deletion policy would
 * keep them: nothing is in them yet.
 */
export async function executeChangeSet(
  { aws, signal }: AwsAccess,
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
    // The first answer was lost, so the request was sent twice: the change is being carried out already.
    if (/^InvalidChangeSetStatus/.test(awsErrorFacts(error).code) && /EXECUTE_/.test(awsErrorFacts(error).message))
      return;
    throw operatorFailure(error, `carry out the change of the stack ${stack}`);
  }
}

/** Removes a change set that will not be carried out. It is no error where the change set is gone already. */
export async function deleteChangeSet({ aws }: Pick<OperatorWorld, 'aws'>, id: string): Promise<void> {
  try {
    await aws.cloudFormation.send(new DeleteChangeSetCommand({ ChangeSetName: id }));
  } catch (error) {
    if (!/ChangeSetNotFound/.test(awsErrorFacts(error).code)) throw operatorFailure(error, 'remove a change set');
  }
}
