import { action } from '../../action.ts';

/** Two changes on a page, so that a client must read several pages. */
const PAGE = 20;

export const DescribeChangeSet = action('cloudformation', 'DescribeChangeSet', (input, { cloudFormation, place }) => {
  const one = cloudFormation.changeSet(input.need('ChangeSetName'), input.text('StackName'));
  const known = { ChangeSetId: one.id, ChangeSetName: one.name, StackId: one.stack.id, StackName: one.stack.name };
  if (place.clock.now() < one.readyAt)
    return { ...known, Status: 'CREATE_IN_PROGRESS', ExecutionStatus: 'UNAVAILABLE', Changes: [] };
  const from = Number(input.text('NextToken') ?? 0);
  const changes = one.changes.slice(from, from + PAGE).map((change) => ({
    Type: 'Resource',
    ResourceChange: {
      Action: change.action,
      LogicalResourceId: change.id,
      ResourceType: change.type,
      Replacement: change.replacement,
      PolicyAction: change.policy,
      Details: change.properties.map((Name) => ({ Target: { Attribute: 'Properties', Name } })),
    },
  }));
  return {
    ...known,
    Status: one.status,
    StatusReason: one.reason,
    ExecutionStatus: one.execution,
    Changes: changes,
    NextToken: from + PAGE < one.changes.length ? String(from + PAGE) : undefined,
  };
});
