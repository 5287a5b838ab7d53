import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { AbortBudget } from './aws/abort-budget.ts';
import type { Ec2Client } from './aws/ec2-client.ts';
import type { Report } from './report/events.ts';
import type { Mask } from './secrets/mask.ts';

/** Time, as an argument, so that a test's clock takes no real time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * The phases of a run that have V8 settings of their own: while the workspace is listed; after that; while the context
 * is sent, fast and in bounded memory; and while the run waits.
 */
export type MemoryPhase = 'listing' | 'listed' | 'sending' | 'waiting';

/** The AWS clients of one run: one region, one set of credentials. Each is made when it is first used. */
export interface Aws {
  readonly region: string;
  readonly ecs: ECSClient;
  readonly s3: S3Client;
  readonly logs: CloudWatchLogsClient;
  readonly ssm: SSMClient;
  readonly ecr: ECRClient;
  readonly secretsManager: SecretsManagerClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly ec2: Ec2Client;
}

/** Everything outside the process that a command may touch. */
export interface World {
  readonly clock: Clock;
  readonly aws: Aws;
  readonly report: Report;
  /** Resolves when the reader of the log has taken what was reported, so that a slow reader does not fill the memory. */
  readonly drained: () => Promise<void>;
  /** Tells the process which phase begins, so that it keeps its memory small: see process/memory-phases.ts. */
  readonly enterPhase?: ((phase: MemoryPhase) => Promise<void>) | undefined;
  /** Hides secrets. Hide them before a text is shortened, and add every secret that becomes known. */
  readonly mask: Mask;
  /** Aborted by SIGTERM, SIGINT and the like; its reason is a Failure of category `aborted`. */
  readonly signal: AbortSignal;
  /** The time that is left after an abort, shared by all that must still be done. */
  readonly abortBudget: AbortBudget;
  /** The process's environment, with Jenkins' BUILD_TAG and the like. Nothing else reads `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
