/**
 * Makes an abort end the calls of a client at once. The SDK ends a request and a pause between two attempts. It does not end
 * the wait for credentials, which may need requests of their own.
 */
export function withPromptAbort<Client extends object>(client: Client): Client {
  const send: unknown = Reflect.get(client, 'send');
  if (typeof send !== 'function') throw new TypeError('not a client of the SDK');
  const value = (command: unknown, options: unknown, ...more: unknown[]): unknown => {
    const answer: unknown = Reflect.apply(send, client, [command, options, ...more]);
    const signal: unknown = Reflect.get(Object(options), 'abortSignal');
    return isSignal(signal) ? orAborted(Promise.resolve(answer), signal) : answer;
  };
  return Object.defineProperty(client, 'send', { value, configurable: true, writable: true });
}

const isSignal = (value: unknown): value is AbortSignal =>
  typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value;

function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      // As the SDK itself calls it; an answer that arrives in the same moment comes first.
      setImmediate(() => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' })));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const done = (): void => signal.removeEventListener('abort', onAbort);
    answer.then(resolve, reject).finally(done);
  });
}
