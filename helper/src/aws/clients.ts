import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../world.ts';
import { type AwsOptions, clientConfig, lazy } from './client-config.ts';
import { Ec2Client } from './ec2-client.ts';
import { reliableClient } from './reliable-client.ts';
import { createSsm } from './ssm-client.ts';
import { withUnknownMembers } from './unknown-members.ts';

/** A part of an upload may take ten minutes on a slow line. */
const UPLOAD_LIMITS = { requestMs: 600_000 };

/** The clients of one run. Each is made when it is first used, since most runs need only some of them. */
export function createAws(options: AwsOptions): Aws {
  const config = () => clientConfig(options);
  const ecs = lazy(() => reliableClient(withUnknownMembers(new ECSClient(config()))));
  // A stand-in has no DNS name for each bucket.
  const forcePathStyle = options.endpoint !== undefined;
  const s3 = lazy(() => reliableClient(new S3Client({ ...clientConfig(options, UPLOAD_LIMITS), forcePathStyle })));
  const logs = lazy(() => reliableClient(new CloudWatchLogsClient(config())));
  const ssm = lazy(() => createSsm(options));
  const ecr = lazy(() => reliableClient(new ECRClient(config())));
  const secretsManager = lazy(() => reliableClient(new SecretsManagerClient(config())));
  const elbv2 = lazy(() => reliableClient(new ElasticLoadBalancingV2Client(config())));
  const ec2 = lazy(() => reliableClient(new Ec2Client(config())));
  return {
    region: options.region,
    get ecs() {
      return ecs();
    },
    get s3() {
      return s3();
    },
    get logs() {
      return logs();
    },
    get ssm() {
      return ssm();
    },
    get ecr() {
      return ecr();
    },
    get secretsManager() {
      return secretsManager();
    },
    get elbv2() {
      return elbv2();
    },
    get ec2() {
      return ec2();
    },
  };
}
