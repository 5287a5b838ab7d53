import type { FinalizeRequestMiddleware, MetadataBearer, MiddlewareStack } from '@smithy/types';
import { AbortBudget } from '../../helper/src/aws/abort-budget.ts';
import type { AwsOptions } from '../../helper/src/aws/client-config.ts';
import { createAws } from '../../helper/src/aws/clients.ts';
import type { Event } from '../../helper/src/report/events.ts';
import { Mask } from '../../helper/src/secrets/mask.ts';
import type { Aws, World } from '../../helper/src/world.ts';
import type { FakeClock } from '../double/clock.ts';
import type { Double } from '../double/double.ts';
import { CLIENT_HEADER, HOLD_HEADER } from '../double/server.ts';

/** A World on a double, with what a test compares. */
export interface TestWorld extends World {
  /** All reported events, in order. */
  readonly events: Event[];
  /** Aborts the run: `world.controller.abort(new Failure('aborted', ...))`. */
  readonly controller: AbortController;
}

/** Fake credentials that do not expire. */
export const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'fake' };

/** A World whose AWS is the double and whose clock is the double's: real SDK clients, with the helper's own retries. */
export function testWorld(double: Double, env: Readonly<Record<string, string | undefined>> = {}): TestWorld {
  const events: Event[] = [];
  const controller = new AbortController();
  return {
    clock: double.clock,
    aws: testAws(double),
    report: (event) => events.push(event),
    drained: async () => {},
    mask: new Mask(),
    signal: controller.signal,
    abortBudget: new AbortBudget(double.clock, controller.signal),
    env,
    events,
    controller,
  };
}

/** What a test may change about its clients. */
export interface Tuning {
  /** Their name in `double.requests`. */
  client?: string;
  /** Spreads their pauses between two attempts; where left out, each is half of the longest. */
  random?: () => number;
}

/** The helper's own clients, pointed at the double. */
export function testAws(
  double: Double,
  credentials: AwsOptions['credentials'] = CREDENTIALS,
  { client, random = () => 0.5 }: Tuning = {},
): Aws {
  const { clock, place, url } = double;
  const aws = createAws({ region: place.region, credentials, endpoint: url, clock, random });
  return onVirtualTime(aws, clock, client);
}

/** Puts clients on the double's clock: virtual time stands still while they have a request under way. */
export function onVirtualTime<Clients extends Aws>(aws: Clients, clock: FakeClock, client?: string): Clients {
  holdTime(aws.ecs, clock, client);
  holdTime(aws.s3, clock, client);
  holdTime(aws.logs, clock, client);
  holdTime(aws.ssm, clock, client);
  holdTime(aws.ecr, clock, client);
  holdTime(aws.secretsManager, clock, client);
  holdTime(aws.elbv2, clock, client);
  holdTime(aws.ec2, clock, client);
  return aws;
}

/** Stops virtual time from before an attempt is sent until its answer was read, also on a busy machine. */
export function holdTime<Input extends object, Output extends MetadataBearer>(
  { middlewareStack }: { middlewareStack: MiddlewareStack<Input, Output> },
  { quiet }: FakeClock,
  client = '',
): void {
  const middleware: FinalizeRequestMiddleware<Input, Output> = (next) => async (args) => {
    const { name, release } = quiet.hold();
    const headers: unknown = Reflect.get(Object(args.request), 'headers');
    if (typeof headers === 'object' && headers)
      Object.assign(headers, { [HOLD_HEADER]: name, [CLIENT_HEADER]: client });
    return await next(args).finally(release);
  };
  middlewareStack.addRelativeTo(middleware, {
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    name: 'holdVirtualTime',
  });
}
