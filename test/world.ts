import type { ECSClient } from '@aws-sdk/client-ecs';
import type { BuildMiddleware, MetadataBearer, MiddlewareStack } from '@smithy/types';
import { type AwsOptions, createAws } from '../helper/src/aws/clients.ts';
import type { Event } from '../helper/src/report/events.ts';
import { Mask } from '../helper/src/report/mask.ts';
import type { Aws, World } from '../helper/src/world.ts';
import type { FakeClock } from './aws/clock.ts';
import type { Double } from './aws/double.ts';
import { HOLD_HEADER } from './aws/server.ts';

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
    mask: new Mask(),
    signal: controller.signal,
    env,
    events,
    controller,
  };
}

/** The helper's own clients, pointed at the double. */
export function testAws(double: Double, credentials: AwsOptions['credentials'] = CREDENTIALS): Aws {
  const aws = createAws({ region: double.place.region, credentials, endpoint: double.url });
  return onVirtualTime(aws, double.clock);
}

/** Makes clients of the double's: they retry without waiting, and time stands still while they have a request. */
export function onVirtualTime<Clients extends Aws>(aws: Clients, clock: FakeClock): Clients {
  const clients = [aws.ecs, aws.s3, aws.logs, aws.ssm, aws.ecr, aws.secretsManager, aws.elbv2];
  for (const client of clients) retryWithoutWaiting(client);
  holdTime(aws.ecs, clock);
  holdTime(aws.s3, clock);
  holdTime(aws.logs, clock);
  holdTime(aws.ssm, clock);
  holdTime(aws.ecr, clock);
  holdTime(aws.secretsManager, clock);
  holdTime(aws.elbv2, clock);
  const send = aws.ec2;
  const ec2: Aws['ec2'] = (action, parameters) => send(action, parameters).finally(clock.hold());
  return Object.defineProperty(aws, 'ec2', { value: ec2 });
}

/** Retries what the SDK would retry, as often, but at once. */
export function retryWithoutWaiting({
  config,
}: {
  config: Pick<ECSClient['config'], 'retryStrategy' | 'maxAttempts'>;
}): void {
  config.retryStrategy = async () => retryAtOnce(config.maxAttempts);
}

/** Virtual time stands still from before a request is sent until its answer was read, also on a busy machine. */
export function holdTime<Input extends object, Output extends MetadataBearer>(
  { middlewareStack }: { middlewareStack: MiddlewareStack<Input, Output> },
  { quiet }: FakeClock,
): void {
  const middleware: BuildMiddleware<Input, Output> = (next) => async (args) => {
    const { name, release } = quiet.hold();
    const headers: unknown = Reflect.get(Object(args.request), 'headers');
    if (typeof headers === 'object' && headers) Reflect.set(headers, HOLD_HEADER, name);
    return await next(args).finally(release);
  };
  middlewareStack.add(middleware, { step: 'build', priority: 'high', name: 'holdVirtualTime' });
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
