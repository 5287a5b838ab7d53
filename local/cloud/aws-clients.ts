import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { LOCAL_KEYS, REGION } from './ministack.ts';

/** Clients of the local AWS. They never reach a real account. */
export interface LocalAws {
  readonly endpoint: string;
  readonly cloudFormation: CloudFormationClient;
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
  readonly ssm: SSMClient;
}

/** How an SDK client is made for the local AWS. */
export function localConfig(endpoint: string) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = LOCAL_KEYS;
  return { endpoint, region: REGION, credentials: { accessKeyId, secretAccessKey } };
}

export function awsAt(endpoint: string): LocalAws {
  // Else the SDK prints a warning where Node is older than 22; the project supports Node 20.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const config = localConfig(endpoint);
  return {
    endpoint,
    cloudFormation: new CloudFormationClient(config),
    ecr: new ECRClient(config),
    ecs: new ECSClient(config),
    loadBalancing: new ElasticLoadBalancingV2Client(config),
    ssm: new SSMClient(config),
  };
}
