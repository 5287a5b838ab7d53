import { createAws } from '../helper/src/aws/clients.ts';
import type { Event } from '../helper/src/report/events.ts';
import type { Aws, World } from '../helper/src/world.ts';
import type { Double } from './aws/double.ts';

/** A World on a double, with what a test wants to look at. */
export interface TestWorld extends World {
  /** All that was reported, in order. */
  readonly events: Event[];
  /** Aborts the run: `world.controller.abort(new Failure('aborted', ...))`. */
  readonly controller: AbortController;
}

/** Static, fake and long-lived. */
export const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'fake' };

/** A World whose AWS is the double and whose clock is the double's: real SDK clients, retries without waiting. */
export function testWorld(double: Double, env: Readonly<Record<string, string | undefined>> = {}): TestWorld {
  const events: Event[] = [];
  const controller = new AbortController();
  return {
    clock: double.clock,
    aws: testAws(double),
    report: (event) => events.push(event),
    signal: controller.signal,
    env,
    events,
    controller,
  };
}

/** The helper's own clients, pointed at the double. */
export function testAws(double: Double): Aws {
  const aws = createAws({ region: double.place.region, credentials: CREDENTIALS, endpoint: double.url });
  const clients = [aws.ecs, aws.s3, aws.logs, aws.ssm, aws.ecr, aws.secretsManager, aws.elbv2];
  for (const { config } of clients) config.retryStrategy = async () => retryAtOnce(config.maxAttempts);
  return aws;
}

/** Retries what the SDK would retry, as often, but at once: its own backoff takes real time. */
function retryAtOnce(maxAttempts: () => Promise<number>) {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });
  return {
    mode: 'standard',
    acquireInitialRetryToken: async () => token(0),
    async refreshRetryTokenForRetry(last: { getRetryCount(): number }, error: { errorType: string }) {
      const count = last.getRetryCount() + 1;
      if (error.errorType === 'CLIENT_ERROR' || count >= (await maxAttempts())) throw new Error('no further attempt');
      return token(count);
    },
    recordSuccess() {},
  };
}
