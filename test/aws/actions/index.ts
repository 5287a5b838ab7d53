import type { Action } from '../action.ts';
import { DescribeNetworkInterfaces } from './ec2/DescribeNetworkInterfaces.ts';
import { CreateRepository } from './ecr/CreateRepository.ts';
import { DescribeImages } from './ecr/DescribeImages.ts';
import { DescribeRepositories } from './ecr/DescribeRepositories.ts';
import { GetAuthorizationToken } from './ecr/GetAuthorizationToken.ts';
import { ecs } from './ecs/index.ts';
import { DescribeListeners } from './elbv2/DescribeListeners.ts';
import { DescribeLoadBalancers } from './elbv2/DescribeLoadBalancers.ts';
import { DescribeRules } from './elbv2/DescribeRules.ts';
import { DescribeTargetGroups } from './elbv2/DescribeTargetGroups.ts';
import { DescribeTargetHealth } from './elbv2/DescribeTargetHealth.ts';
import { GetLogEvents } from './logs/GetLogEvents.ts';
import { DescribeSecret } from './secretsmanager/DescribeSecret.ts';
import { GetParameter } from './ssm/GetParameter.ts';
import { GetParameters } from './ssm/GetParameters.ts';
import { GetParametersByPath } from './ssm/GetParametersByPath.ts';
import { AssumeRole } from './sts/AssumeRole.ts';
import { GetCallerIdentity } from './sts/GetCallerIdentity.ts';

/** Every action that the double plays, S3's aside (actions/s3). */
export const ACTIONS: readonly Action[] = [
  ...ecs,
  GetLogEvents,
  GetParameter,
  GetParameters,
  GetParametersByPath,
  DescribeRepositories,
  CreateRepository,
  DescribeImages,
  GetAuthorizationToken,
  DescribeSecret,
  DescribeTargetGroups,
  DescribeLoadBalancers,
  DescribeListeners,
  DescribeRules,
  DescribeTargetHealth,
  DescribeNetworkInterfaces,
  GetCallerIdentity,
  AssumeRole,
];
