import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { realClock } from '../clock.ts';
import type { Aws, Clock } from '../world.ts';
import { abortable } from './abortable.ts';
import { createEc2, type Ec2Options } from './ec2.ts';
import { patientRetries } from './retry.ts';

/** Which AWS: region, credentials and, for stand-ins, one endpoint for all services. */
export interface AwsOptions extends Ec2Options {
  /** Only so many attempts per call, at the SDK's pace; without it calls are repeated patiently (retry.ts). */
  maxAttempts?: number;
  /** Time to wait by between attempts; the machine's where left out. */
  clock?: Clock;
  /** Spreads the attempts of many builds: in [0, 1), Math.random where left out. */
  random?: () => number;
}

/** A connection that is not made in 5 s, or stays silent for 30 s, is given up (and retried). */
const CONNECTION_MS = 5_000;
const SILENCE_MS = 30_000;
/** A part of an upload may take this long on a slow line. */
const UPLOAD_MS = 600_000;

/** The SDK would otherwise write to the console, past the reporter and its masking. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** How every client is configured: silence and hangs are given up, nothing is written to the console. */
export function clientConfig(options: AwsOptions, requestMs = SILENCE_MS) {
  const { clock = realClock, random = Math.random, maxAttempts } = options;
  return {
    region: options.region,
    credentials: options.credentials,
    ...(maxAttempts === undefined ? { retryStrategy: patientRetries({ clock, random }) } : { maxAttempts }),
    logger: SILENT,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_MS,
      socketTimeout: SILENCE_MS,
      requestTimeout: requestMs,
      throwOnRequestTimeout: true,
    }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  };
}

/** Makes something when it is first asked for, once. */
export function lazy<Client>(make: () => Client): () => Client {
  let made: Client | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Makes the clients of one run, each when it is first asked for: most runs need only some of them. */
export function createAws(options: AwsOptions): Aws {
  const config = () => clientConfig(options);
  const ecs = lazy(() => abortable(new ECSClient(config())));
  // Stand-ins have no DNS name per bucket.
  const forcePathStyle = options.endpoint !== undefined;
  const s3 = lazy(() => abortable(new S3Client({ ...clientConfig(options, UPLOAD_MS), forcePathStyle })));
  const logs = lazy(() => abortable(new CloudWatchLogsClient(config())));
  const ssm = lazy(() => abortable(new SSMClient(config())));
  const ecr = lazy(() => abortable(new ECRClient(config())));
  const secretsManager = lazy(() => abortable(new SecretsManagerClient(config())));
  const elbv2 = lazy(() => abortable(new ElasticLoadBalancingV2Client(config())));
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
    ec2: createEc2(options),
  };
}
