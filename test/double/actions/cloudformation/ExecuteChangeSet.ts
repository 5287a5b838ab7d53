import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

export const ExecuteChangeSet = action('cloudformation', 'ExecuteChangeSet', (input, { cloudFormation }) => {
  const one = cloudFormation.changeSet(input.need('ChangeSetName'), input.text('StackName'));
  if (one.execution !== 'AVAILABLE') {
    const why = `cannot be executed in its current execution status of [${one.execution}]`;
    throw new AwsError('InvalidChangeSetStatus', `ChangeSet [${one.id}] ${why}`);
  }
  if (/_IN_PROGRESS$/.test(one.stack.status) && one.stack.status !== 'REVIEW_IN_PROGRESS') {
    const why = `is in ${one.stack.status} state and can not be updated.`;
    throw new AwsError('ValidationError', `Stack:${one.stack.id} ${why}`);
  }
  one.execution = 'EXECUTE_COMPLETE';
  const { stack, template, parameters } = one;
  const verb = one.type === 'IMPORT' ? 'IMPORT' : stack.status === 'REVIEW_IN_PROGRESS' ? 'CREATE' : 'UPDATE';
  cloudFormation.begin(stack, verb, one.changes, input.text('ClientRequestToken'));
  // A rollback goes back to the state before the operation.
  if (!stack.ahead.some(({ status }) => /ROLLBACK/.test(status))) Object.assign(stack, { template, parameters });
  return {};
});
