import { action } from '../../action.ts';

/** To delete something that is not there is no error. */
export const DeleteStack = action('cloudformation', 'DeleteStack', (input, { cloudFormation }) => {
  const stack = cloudFormation.find(input.need('StackName'));
  if (!stack || stack.status === 'DELETE_COMPLETE') return {};
  // A rolled-back creation has no resources any more.
  const empty = ['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE'].includes(stack.status);
  const resources = empty ? [] : Object.entries(stack.template.resources).reverse();
  const changes = resources.map(([id, { type, policy }]) => ({
    action: 'Remove' as const,
    id,
    type,
    replacement: undefined,
    policy,
    properties: [],
  }));
  cloudFormation.begin(stack, 'DELETE', changes, input.text('ClientRequestToken'));
  return {};
});
