import { NodeHttpHandler } from '@smithy/node-http-handler';
import { realClock } from '../process/clock.ts';
import type { Clock } from '../world.ts';
import type { Ec2Options } from './ec2.ts';
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
export const UPLOAD_MS = 600_000;

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
