import { CreateService } from './CreateService.ts';
import { DeleteService } from './DeleteService.ts';
import { DeleteTaskDefinitions } from './DeleteTaskDefinitions.ts';
import { DeregisterTaskDefinition } from './DeregisterTaskDefinition.ts';
import { DescribeClusters } from './DescribeClusters.ts';
import { DescribeServiceDeployments } from './DescribeServiceDeployments.ts';
import { DescribeServiceRevisions } from './DescribeServiceRevisions.ts';
import { DescribeServices } from './DescribeServices.ts';
import { DescribeTaskDefinition } from './DescribeTaskDefinition.ts';
import { DescribeTasks } from './DescribeTasks.ts';
import { ListServiceDeployments } from './ListServiceDeployments.ts';
import { ListServices } from './ListServices.ts';
import { ListTaskDefinitionFamilies } from './ListTaskDefinitionFamilies.ts';
import { ListTaskDefinitions } from './ListTaskDefinitions.ts';
import { ListTasks } from './ListTasks.ts';
import { RegisterTaskDefinition } from './RegisterTaskDefinition.ts';
import { RunTask } from './RunTask.ts';
import { StopServiceDeployment } from './StopServiceDeployment.ts';
import { StopTask } from './StopTask.ts';
import { TagResource } from './TagResource.ts';
import { UpdateService } from './UpdateService.ts';

export const ecs = [
  RunTask,
  DescribeTasks,
  StopTask,
  ListTasks,
  DescribeTaskDefinition,
  RegisterTaskDefinition,
  DeregisterTaskDefinition,
  DeleteTaskDefinitions,
  ListTaskDefinitions,
  ListTaskDefinitionFamilies,
  DescribeClusters,
  CreateService,
  UpdateService,
  DescribeServices,
  DeleteService,
  ListServices,
  ListServiceDeployments,
  DescribeServiceDeployments,
  DescribeServiceRevisions,
  StopServiceDeployment,
  TagResource,
];
