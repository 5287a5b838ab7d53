import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ACTIONS } from './actions/index.ts';
import type { FakeClock } from './clock.ts';
import { AwsError } from './errors.ts';
import { type Fault, type Faults, faultError } from './injected-faults.ts';
import type { Limits } from './limits.ts';
import type { State } from './state/state.ts';
import type { Answer, Exchange, Incoming } from './wire/exchange.ts';
import { jsonExchange } from './wire/json.ts';
import { queryExchange } from './wire/query.ts';
import { restExchange } from './wire/rest.ts';
import { s3Exchange } from './wire/s3-exchange.ts';

/**
 * Clients that hold time themselves, from before they send until they have read the answer, name their hold in this
 * header: where the double makes them wait, it does not count.
 */
export const HOLD_HEADER = 'x-double-hold';
/** A client that a test must tell from others has its name in this header. */
export const CLIENT_HEADER = 'x-double-client';

/** What the server works with. */
export interface ServerParts {
  clock: FakeClock;
  state: State;
  faults: Faults;
  limits: Limits;
  /** The last answer to each read. */
  answered: Map<string, Answer>;
  /** Called with each request before it takes effect. */
  asked(exchange: Exchange, from: { client: string; throttled: boolean }): void;
  /** Called with each request after it was answered, well or not. */
  done(exchange: Exchange): void;
}

/** The HTTP side. It reads a request, applies the fault for it, and answers. Time stands still meanwhile. */
export function makeServer(parts: ServerParts): Server {
  const connecting = new WeakMap<Socket, () => void>();
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const release = parts.clock.hold();
    connecting.get(request.socket)?.();
    response.on('close', release);
    serve(parts, request, response, release).catch((error: unknown) => {
      // The double itself has a defect. The test must see it, so it is an error that no client retries.
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      response.writeHead(400, { 'x-amzn-errortype': 'DoubleFailed' }).end(JSON.stringify({ message: why }));
    });
  };
  return createServer({ keepAliveTimeout: 60_000 }, onRequest)
    .on('checkContinue', (request, response) => {
      response.writeContinue();
      onRequest(request, response);
    })
    .on('connection', (socket) => {
      const release = parts.clock.hold();
      connecting.set(socket, release);
      socket.on('close', release);
    });
}

async function serve(parts: ServerParts, request: IncomingMessage, response: ServerResponse, release: () => void) {
  const exchange = understand(await read(request));
  const throttled = !parts.limits.admits(exchange.service, exchange.action);
  parts.asked(exchange, { client: String(request.headers[CLIENT_HEADER] ?? ''), throttled });
  const fault: Fault | undefined = throttled
    ? { kind: 'throttle' }
    : parts.faults.meet(exchange.service, exchange.action, exchange.input);
  if (fault?.kind === 'delay') await delay(parts.clock, fault.ms, request, response, release);
  const error = fault && faultError(fault, exchange.service, exchange.action);
  const effective =
    !fault || /^(delay|half|cut|gateway|stale)$/.test(fault.kind) || ('effect' in fault && fault.effect);
  const known = `${exchange.service} ${exchange.action} ${JSON.stringify(exchange.input)}`;
  const stale = fault?.kind === 'stale' ? parts.answered.get(known) : undefined;
  const answer = stale ?? (effective ? attempt(exchange, parts.state) : undefined);
  if (answer && /^(Describe|List|Get)/.test(exchange.action)) parts.answered.set(known, answer);
  if (fault?.kind === 'hang') {
    response.on('close', parts.clock.hang());
    response.on('close', suspend(parts.clock, request));
    release();
  } else if (fault?.kind === 'reset') request.socket.resetAndDestroy();
  else if (error) send(parts, response, exchange.refuse(error));
  else if (answer) send(parts, response, answer, fault);
  parts.done(exchange);
}

/** Time may pass while an answer is delayed. */
async function delay(
  clock: FakeClock,
  ms: number,
  request: IncomingMessage,
  response: ServerResponse,
  release: () => void,
): Promise<void> {
  const resume = suspend(clock, request);
  release();
  await clock.sleep(ms);
  resume();
  if (!response.closed) response.on('close', clock.hold());
}

/** The client waits now, so its hold does not count until the returned function is called. */
function suspend({ quiet }: FakeClock, { headers }: IncomingMessage): () => void {
  const name = headers[HOLD_HEADER];
  return typeof name === 'string' ? quiet.suspend(name) : () => {};
}

async function read(request: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const url = new URL(request.url ?? '/', 'http://double');
  return { method: request.method ?? 'GET', url, headers, body: Buffer.concat(chunks) };
}

function understand(incoming: Incoming): Exchange {
  if (incoming.headers['x-amz-target'] !== undefined) return jsonExchange(incoming, ACTIONS);
  const form = incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (incoming.method === 'POST' && form) return queryExchange(incoming, ACTIONS);
  return restExchange(incoming) ?? s3Exchange(incoming);
}

function attempt(exchange: Exchange, state: State): Answer {
  try {
    state.settle();
    return exchange.run(state);
  } catch (error) {
    if (error instanceof AwsError) return exchange.refuse(error);
    throw error;
  }
}

const GATEWAY = '<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>';

function send(
  { clock }: ServerParts,
  response: ServerResponse,
  { status, headers, body }: Answer,
  fault?: Fault,
): void {
  response.on('finish', () => clock.quiet.stir(body.length));
  if (fault?.kind === 'gateway') return void response.writeHead(502, { 'content-type': 'text/html' }).end(GATEWAY);
  if (fault?.kind === 'cut') {
    const cut = body.subarray(0, fault.none ? 0 : body.length / 2);
    return void response.writeHead(status, { ...headers, 'content-length': String(cut.length) }).end(cut);
  }
  response.writeHead(status, { 'content-length': String(body.length), ...headers });
  if (fault?.kind !== 'half') return void response.end(body);
  response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy());
}
