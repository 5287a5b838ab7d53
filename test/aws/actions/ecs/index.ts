import { DescribeTaskDefinition } from './DescribeTaskDefinition.ts';
import { DescribeTasks } from './DescribeTasks.ts';
import { RegisterTaskDefinition } from './RegisterTaskDefinition.ts';
import { RunTask } from './RunTask.ts';
import { StopTask } from './StopTask.ts';

export const ecs = [RunTask, DescribeTasks, StopTask, DescribeTaskDefinition, RegisterTaskDefinition];
