import type { Action } from '../action.ts';
import { DescribeCertificate } from './acm/DescribeCertificate.ts';
import { cloudFormation } from './cloudformation/index.ts';
import { DescribeNetworkInterfaces } from './ec2/DescribeNetworkInterfaces.ts';
import { DescribeRouteTables } from './ec2/DescribeRouteTables.ts';
import { DescribeSecurityGroups } from './ec2/DescribeSecurityGroups.ts';
import { DescribeSubnets } from './ec2/DescribeSubnets.ts';
import { DescribeVpcEndpoints } from './ec2/DescribeVpcEndpoints.ts';
import { DescribeVpcs } from './ec2/DescribeVpcs.ts';
import { CreateRepository } from './ecr/CreateRepository.ts';
import { DeleteRepository } from './ecr/DeleteRepository.ts';
import { DescribeImages } from './ecr/DescribeImages.ts';
import { DescribeRepositories } from './ecr/DescribeRepositories.ts';
import { GetAuthorizationToken } from './ecr/GetAuthorizationToken.ts';
import { GetRegistryScanningConfiguration } from './ecr/GetRegistryScanningConfiguration.ts';
import { ecs } from './ecs/index.ts';
import { DescribeListeners } from './elbv2/DescribeListeners.ts';
import { DescribeLoadBalancers } from './elbv2/DescribeLoadBalancers.ts';
import { DescribeRules } from './elbv2/DescribeRules.ts';
import { DescribeTargetGroups } from './elbv2/DescribeTargetGroups.ts';
import { DescribeTargetHealth } from './elbv2/DescribeTargetHealth.ts';
import { CreateServiceLinkedRole } from './iam/CreateServiceLinkedRole.ts';
import { GetPolicy, GetPolicyVersion } from './iam/GetPolicy.ts';
import { GetRole } from './iam/GetRole.ts';
import { SimulatePrincipalPolicy } from './iam/SimulatePrincipalPolicy.ts';
import { DescribeLogGroups } from './logs/DescribeLogGroups.ts';
import { DescribeLogStreams } from './logs/DescribeLogStreams.ts';
import { GetLogEvents } from './logs/GetLogEvents.ts';
import { DescribeSecret } from './secretsmanager/DescribeSecret.ts';
import { GetSecretValue } from './secretsmanager/GetSecretValue.ts';
import { GetAWSDefaultServiceQuota } from './servicequotas/GetAWSDefaultServiceQuota.ts';
import { GetServiceQuota } from './servicequotas/GetServiceQuota.ts';
import { DeleteParameter } from './ssm/DeleteParameter.ts';
import { GetParameter } from './ssm/GetParameter.ts';
import { GetParameters } from './ssm/GetParameters.ts';
import { GetParametersByPath } from './ssm/GetParametersByPath.ts';
import { PutParameter } from './ssm/PutParameter.ts';
import { AssumeRole } from './sts/AssumeRole.ts';
import { GetCallerIdentity } from './sts/GetCallerIdentity.ts';

/** Every action that the double plays, except those of S3 (actions/s3). */
export const ACTIONS: readonly Action[] = [
  ...ecs,
  ...cloudFormation,
  GetLogEvents,
  GetParameter,
  PutParameter,
  DeleteParameter,
  GetParameters,
  GetParametersByPath,
  DescribeRepositories,
  GetRegistryScanningConfiguration,
  CreateRepository,
  DeleteRepository,
  DescribeImages,
  GetAuthorizationToken,
  DescribeSecret,
  GetSecretValue,
  DescribeTargetGroups,
  DescribeLoadBalancers,
  DescribeListeners,
  DescribeRules,
  DescribeTargetHealth,
  DescribeNetworkInterfaces,
  DescribeVpcs,
  DescribeSubnets,
  DescribeRouteTables,
  DescribeSecurityGroups,
  DescribeVpcEndpoints,
  DescribeLogGroups,
  DescribeLogStreams,
  DescribeCertificate,
  GetRole,
  CreateServiceLinkedRole,
  GetPolicy,
  GetPolicyVersion,
  SimulatePrincipalPolicy,
  GetServiceQuota,
  GetAWSDefaultServiceQuota,
  GetCallerIdentity,
  AssumeRole,
];
