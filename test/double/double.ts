import { once } from 'node:events';
import type { ServiceName } from './action.ts';
import { FakeClock } from './clock.ts';
import { type FaultRule, Faults } from './injected-faults.ts';
import type { JsonObject } from './json-values.ts';
import { Limits, type Quota } from './limits.ts';
import { makeServer } from './server.ts';
import { State } from './state/state.ts';

/** A request that reached the double. */
export interface LoggedRequest {
  service: ServiceName;
  action: string;
  input: JsonObject;
  /** Virtual time: ms since the clock's start. */
  at: number;
  /** The name of the client, if it has one. */
  client?: string;
  /** True if a quota refused it. */
  throttled?: true;
}

export interface DoubleOptions {
  /** The clock to use. Default: a new one. */
  clock?: FakeClock;
  account?: string;
  region?: string;
}

/** A scripted AWS on 127.0.0.1. Tests fill it through `ecs`, `logs`, `s3` and so on. */
export class Double extends State {
  readonly requests: LoggedRequest[] = [];
  readonly #faults = new Faults();
  readonly #limits: Limits;
  readonly #listeners = new Map<string, ((input: JsonObject) => void)[]>();
  readonly #server;
  #url = '';

  constructor(
    readonly clock: FakeClock,
    account: string,
    region: string,
  ) {
    super({ clock, account, region });
    this.#limits = new Limits(clock);
    this.#server = makeServer({
      clock,
      state: this,
      faults: this.#faults,
      answered: new Map(),
      limits: this.#limits,
      asked: ({ service, action, input }, { client, throttled }) =>
        this.requests.push({
          service,
          action,
          input,
          at: clock.elapsed(),
          ...(client ? { client } : {}),
          ...(throttled ? { throttled } : {}),
        }),
      done: ({ action, input }) => {
        for (const listener of this.#listeners.get(action) ?? []) listener(input);
      },
    });
  }

  /** The endpoint for all clients, e.g. `http://127.0.0.1:41234`. */
  get url(): string {
    return this.#url;
  }

  /** The requests for an action so far, oldest first. */
  calls(action: string): LoggedRequest[] {
    return this.requests.filter((one) => one.action === action);
  }

  /** Makes requests go wrong, e.g. `fault({ action: 'RunTask', times: 2, fault: { kind: 'throttle' } })`. */
  fault(rule: FaultRule): void {
    this.#faults.add(rule);
  }

  /** From now on the double throttles calls beyond these quotas, e.g. AWS' own: `enforce(defaultQuotas())`. All buckets are full. */
  enforce(quotas: readonly Quota[]): void {
    this.#limits.enforce(quotas);
  }

  /** Calls back each time the action was answered. Use it to abort, to push an image or to start an `after`. */
  on(action: string, listener: (input: JsonObject) => void): void {
    this.#listeners.set(action, [...(this.#listeners.get(action) ?? []), listener]);
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address === 'object' && address) this.#url = `http://127.0.0.1:${address.port}`;
  }

  /** Ends all connections and the clock. */
  async close(): Promise<void> {
    this.clock.close();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Starts a double; close it when done. */
export async function startDouble(options: DoubleOptions = {}): Promise<Double> {
  const { clock = new FakeClock(), account = '172173733067', region = 'ap-southeast-2' } = options;
  const double = new Double(clock, account, region);
  await double.listen();
  return double;
}
