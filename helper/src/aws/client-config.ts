import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import type { Clock } from '../world.ts';
import { createHttpHandler, type HttpLimits } from './http-handler.ts';
import { createRetryStrategy } from './retry-strategy.ts';

/** Which AWS to call: region, credentials and, for stand-ins, one endpoint for all services. */
export interface AwsOptions {
  region: string;
  credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** A stand-in's address; AWS' own where left out. */
  endpoint?: string | undefined;
  /** At most this many attempts per call, with the SDK's own pauses. Left out: the rules of retry-strategy.ts. */
  maxAttempts?: number;
  /** Measures the pauses between two attempts. */
  clock: Clock;
  /** Spreads the attempts of many builds: in [0, 1), Math.random where left out. */
  random?: () => number;
}

/** The SDK would otherwise write to the console, past the reporter and its masking. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** The configuration that every client shares. */
export function clientConfig(options: AwsOptions, limits?: HttpLimits) {
  const { clock, random = Math.random, maxAttempts } = options;
  return {
    region: options.region,
    credentials: options.credentials,
    ...(maxAttempts === undefined ? { retryStrategy: createRetryStrategy({ clock, random }) } : { maxAttempts }),
    logger: SILENT,
    requestHandler: createHttpHandler(limits),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  };
}

/** A function that makes its value at the first call and returns the same one ever after. */
export function lazy<Client>(make: () => Client): () => Client {
  let made: Client | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
