import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeTaskDefinitionCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { addMissingMembers } from '../../helper/src/aws/add-missing-members.ts';
import { createAws } from '../../helper/src/aws/clients.ts';
import { toRegistrable } from '../../helper/src/ecs/registrable-definition.ts';
import { realClock } from '../../helper/src/process/clock.ts';
import { ExactNumber, parseExact, writeExact } from '../../helper/src/text/exact-json.ts';

describe('JSON whose numbers keep their digits', () => {
  for (const text of [
    '{"a":1,"b":[1.10,-0,1e400,12345678901234567890,0.1]}',
    '[1.0,"1.0","#1.0","##2","\\u0023\\u00231.0","a\\"1.0\\"b"]',
    '{"1.0":1.0,"#":{"##":-1.50E+2}}',
    '"text"',
    '1.0',
    '{}',
  ]) {
    test(text, () => expect(writeExact(parseExact(text))).toBe(writeAgain(text)));
  }

  /** JSON.stringify writes an escape that need not be one as the character itself. */
  const writeAgain = (text: string): string => text.replaceAll('\\u0023', '#');

  test('a number that JavaScript keeps is a number', () => {
    expect(parseExact('{"a":1.5,"b":2.0}')).toEqual({ a: 1.5, b: new ExactNumber('2.0') });
  });

  for (const text of ['{"a":01}', '{"a":1.}', '{"a":-}', '[1.0', '1.0.0', '{"a":1.0,}']) {
    test(`no JSON: ${text}`, () => expect(() => parseExact(text)).toThrow(SyntaxError));
  }
});

describe('members that one value lacks and another has', () => {
  test('are added in the same place: in objects, in lists, and by name in lists of different length', () => {
    const target = { a: 1, list: [{ x: 1 }, { x: 2 }], named: [{ name: 'b' }], kept: { day: new Date(0) } };
    const source = {
      a: 2,
      more: null,
      new: [0],
      list: [{ x: 1 }, { x: 2, y: 3 }],
      named: [
        { name: 'a', z: 1 },
        { name: 'b', z: 2 },
      ],
      kept: { day: 0 },
    };
    expect(addMissingMembers(target, source)).toEqual(
      ['list[1].y', 'named[b].z', 'new'].sort((a, b) => order(a) - order(b)),
    );
    expect(target).toEqual({
      a: 1,
      new: [0],
      list: [{ x: 1 }, { x: 2, y: 3 }],
      named: [{ name: 'b', z: 2 }],
      kept: { day: new Date(0) },
    });
  });
  const order = (path: string): number => ['new', 'list[1].y', 'named[b].z'].indexOf(path);

  test('are not added where the name belongs to the protocol or to JavaScript', () => {
    const target = {};
    expect(addMissingMembers(target, JSON.parse('{"__type":"x","__proto__":{"y":1}}'))).toEqual([]);
    expect(Object.keys(target)).toEqual([]);
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
  });
});

test('on the wire: digits, length and signature fit the body that is sent', async () => {
  const bodies: string[] = [];
  const heads: Record<string, unknown>[] = [];
  const shown =
    '{"taskDefinition":{"taskDefinitionArn":"arn:1","revision":1,"registeredAt":1.7E9,"family":"web","futureId":12345678901234567890,' +
    '"containerDefinitions":[{"name":"web","cpu":0,"futureRatio":1.10,"futureText":"\u00fc 1.0"}]}}';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      heads.push(request.headers);
      response.end(shown);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'fake' };
  const { ecs } = createAws({
    region: 'ap-southeast-2',
    credentials,
    endpoint: `http://127.0.0.1:${port}`,
    clock: realClock,
  });
  try {
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
    if (!taskDefinition) throw new Error('no definition');
    await ecs.send(new RegisterTaskDefinitionCommand(toRegistrable(taskDefinition)));
  } finally {
    ecs.destroy();
    server.close();
  }
  const sent = bodies[1] ?? '';
  expect(sent).toContain('"futureId":12345678901234567890');
  expect(sent).toContain('"futureRatio":1.10,"futureText":"\u00fc 1.0"');
  expect(sent).not.toContain('registeredAt');
  expect(heads[1]).toMatchObject({ 'content-length': String(Buffer.byteLength(sent)) });
  expect(String(heads[1]?.authorization)).toMatch(/SignedHeaders=[^,]*content-length/);
  expect(ecs).toBeInstanceOf(ECSClient);
});
