import type { SSMClient } from '@aws-sdk/client-ssm';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import type { AwsOptions } from '../aws/client-config.ts';
import type { Aws, Clock, MemoryPhase } from '../world.ts';

/** The process that runs a command: its environment, streams, clock, and how it reaches AWS. Tests pass one of their own. */
export interface HostProcess {
  /** Version of fargate-ci. */
  readonly version: string;
  /** In the form of `process.version`. */
  readonly nodeVersion: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The current folder, absolute. */
  readonly cwd: string;
  readonly clock: Clock;
  /** Aborted by SIGTERM, SIGINT and the like with a Failure of category `aborted` as its reason. */
  readonly signal: AbortSignal;
  /** For results. */
  stdout(text: string): void;
  /** For people. */
  stderr(text: string): void;
  /** Resolves once stderr's reader has taken nearly all that was written. */
  drained(): Promise<void>;
  /** Tells the process which phase begins, so that it keeps its memory small: see process/memory-phases.ts. */
  enterPhase?(phase: MemoryPhase): Promise<void>;
  /** The credentials of the SDK's default chain, before any role is assumed. */
  readonly credentials: AwsCredentialIdentityProvider;
  /** The region of the AWS profile; undefined where there is none. */
  profileRegion(): Promise<string | undefined>;
  /** Makes the client that reads the settings. They are read first, before the code of the other clients is loaded. */
  createSsm(options: AwsOptions): SSMClient | Promise<SSMClient>;
  createAws(options: AwsOptions): Aws | Promise<Aws>;
}
