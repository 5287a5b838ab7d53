import { action } from '../../action.ts';

export const DeleteChangeSet = action('cloudformation', 'DeleteChangeSet', (input, { cloudFormation }) => {
  const one = cloudFormation.changeSet(input.need('ChangeSetName'), input.text('StackName'));
  cloudFormation.changeSets.splice(cloudFormation.changeSets.indexOf(one), 1);
  return {};
});
