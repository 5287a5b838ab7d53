import { readdirSync, readFileSync } from 'node:fs';
import { createHttpHandler } from '../../helper/src/aws/http-handler.ts';

test('time limits: a connection within 5 s, silence up to 30 s, and as long a request as its client allows', async () => {
  const limitsOf = async (handler: ReturnType<typeof createHttpHandler>) => {
    // The handler reads its configuration at the first request.
    const { connectionTimeout, socketTimeout, requestTimeout } = await Promise.resolve(
      Reflect.get(handler, 'configProvider'),
    );
    return { connectionTimeout, socketTimeout, requestTimeout };
  };
  const usual = { connectionTimeout: 5_000, socketTimeout: 30_000, requestTimeout: 30_000 };
  expect(await limitsOf(createHttpHandler())).toEqual(usual);
  expect(await limitsOf(createHttpHandler({ requestMs: 600_000 }))).toEqual({ ...usual, requestTimeout: 600_000 });
});

test('every client has its handler from one function', () => {
  const source = new URL('../../helper/src/', import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const makers = files.filter((file) => readFileSync(new URL(file, source), 'utf8').includes('new NodeHttpHandler'));
  expect(makers).toEqual(['aws/http-handler.ts']);
});
