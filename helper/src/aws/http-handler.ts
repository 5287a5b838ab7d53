import { NodeHttpHandler } from '@smithy/node-http-handler';

/** A connection that is not made within 5 s is given up, and the request is sent again. */
const CONNECTION_MS = 5_000;
/** So is a connection on which nothing arrives for 30 s. */
const SILENCE_MS = 30_000;

/** What one client needs otherwise than the others. */
export interface HttpLimits {
  /** How long one request may take from its first byte to the answer's head, in milliseconds. */
  requestMs?: number;
}

/**
 * Makes the HTTP handler of an AWS client. Every client of the helper has its handler from here, so that time limits,
 * and whatever else concerns the connection, hold for all of them.
 */
export function createHttpHandler({ requestMs = SILENCE_MS }: HttpLimits = {}): NodeHttpHandler {
  return new NodeHttpHandler({
    connectionTimeout: CONNECTION_MS,
    socketTimeout: SILENCE_MS,
    requestTimeout: requestMs,
    throwOnRequestTimeout: true,
  });
}
