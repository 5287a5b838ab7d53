import { CreateChangeSet } from './CreateChangeSet.ts';
import { DeleteChangeSet } from './DeleteChangeSet.ts';
import { DeleteStack } from './DeleteStack.ts';
import { DescribeChangeSet } from './DescribeChangeSet.ts';
import { DescribeStackEvents } from './DescribeStackEvents.ts';
import { DescribeStacks } from './DescribeStacks.ts';
import { ExecuteChangeSet } from './ExecuteChangeSet.ts';

export const cloudFormation = [
  CreateChangeSet,
  DescribeChangeSet,
  ExecuteChangeSet,
  DeleteChangeSet,
  DescribeStacks,
  DescribeStackEvents,
  DeleteStack,
];
