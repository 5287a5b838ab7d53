import { action } from '../../action.ts';
import type { JsonObject } from '../../json-values.ts';
import type { CloudFormation } from '../../state/cloudformation.ts';
import type { Stack } from '../../state/stacks.ts';

const PAGE = 3;

export const DescribeStacks = action('cloudformation', 'DescribeStacks', (input, { cloudFormation }) => {
  const name = input.text('StackName');
  if (name !== undefined) return { Stacks: [described(cloudFormation.need(name), cloudFormation)] };
  const living = cloudFormation.stacks.filter(({ status }) => status !== 'DELETE_COMPLETE');
  const from = Number(input.text('NextToken') ?? 0);
  return {
    Stacks: living.slice(from, from + PAGE).map((stack) => described(stack, cloudFormation)),
    NextToken: from + PAGE < living.length ? String(from + PAGE) : undefined,
  };
});

function described(stack: Stack, cloudFormation: CloudFormation): JsonObject {
  return {
    StackName: stack.name,
    StackId: stack.id,
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    CreationTime: new Date(stack.createdAt),
    LastUpdatedTime: stack.updatedAt === undefined ? undefined : new Date(stack.updatedAt),
    Parameters: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    Outputs: Object.entries(cloudFormation.outputsOf(stack)).map(([OutputKey, OutputValue]) => ({
      OutputKey,
      OutputValue,
    })),
  };
}
