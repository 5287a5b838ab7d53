import { BuildLog } from '../../helper/src/kaniko/build-log.ts';
import { parseLogLine } from '../../helper/src/kaniko/log-line.ts';
import fc from '../support/property.ts';
import { follow, kaniko, recorded } from '../support/recorded-logs.ts';

const APP = '127.0.0.1:5055/demo/app:1';
const TRUE = `sha256:${'a'.repeat(64)}`;
const FALSE = `sha256:${'0'.repeat(64)}`;
const stage = kaniko("Building stage 'alpine' [idx: '0', base-idx: '-1']");
const begin = [stage, kaniko('RUN make'), kaniko('Running: [/bin/sh -c make]')];
const pushing = (name = APP) => kaniko(`Pushing image to ${name}`);
const pushed = (digest = TRUE, repository = '127.0.0.1:5055/demo/app') => kaniko(`Pushed ${repository}@${digest}`);
const snapshot = kaniko('Taking snapshot of full filesystem...');

/** The lines that are shown without verbose, each with the first letter of its kind. */
const condensed = (lines: readonly string[]) =>
  follow(lines, [APP])
    .shown.filter(({ kind }) => kind !== 'detail')
    .map(({ kind, text }) => `${kind[0]} ${text}`);

describe('one line', () => {
  for (const [name, text, kinds] of [
    ['kaniko', kaniko('x'), ['kaniko']],
    ['kaniko with a return', `${kaniko('x')}\r`, ['kaniko']],
    ['an escaped message', kaniko('RUN echo "\\" {"level":"info"}'), ['kaniko']],
    ['other keys', '{"level":"info","msg":"x","time":"t","more":1}', ['output']],
    ['another order', '{"msg":"x","level":"info","time":"t"}', ['output']],
    ['another level', '{"level":"notice","msg":"x","time":"t"}', ['output']],
    ['broken JSON', '{"level":"info","msg":"\\x","time":"t"}', ['output']],
    ['half a line', '{"level":"info","msg":"x', ['output']],
    ['output', 'compiling', ['output']],
    ['nothing', '', ['output']],
    ['output that kaniko follows', `half${kaniko('x')}`, ['output', 'kaniko']],
  ] as const) {
    test(`${name} is ${kinds.join(' and ')}`, () => expect(parseLogLine(text).map((line) => line.kind)).toEqual(kinds));
  }
});

describe('what is shown', () => {
  for (const [name, shown] of [
    [
      'success',
      [
        's FROM busybox:1.36',
        's RUN echo compiling && mkdir -p /www && echo ok > /www/index.html',
        'o compiling',
        's COPY . /src',
        's EXPOSE 5001',
        's CMD ["httpd","-f","-p","5001","-h","/www"]',
      ],
    ],
    [
      'success-cached',
      [
        's FROM busybox:1.36',
        's RUN echo compiling && mkdir -p /www && echo ok > /www/index.html  (from cache)',
        's COPY . /src  (from cache)',
        's EXPOSE 5001',
        's CMD ["httpd","-f","-p","5001","-h","/www"]',
      ],
    ],
    [
      'run-fails',
      [
        's FROM busybox:1.36',
        's RUN echo "gcc: error: main.c: No such file" >&2; exit 3',
        'o gcc: error: main.c: No such file',
        'o error building image: error building stage: failed to execute command: waiting for process to exit: exit status 3',
      ],
    ],
    ['flag-unknown', ['o Error: unknown flag: --no-such-flag']],
    [
      'dockerfile-missing',
      [
        'o Error: error resolving dockerfile path: please provide a valid path to a Dockerfile within the build context with --dockerfile',
      ],
    ],
  ] as const) {
    test(`for the recorded run ${name}`, () => expect(condensed(recorded(name).lines)).toEqual(shown));
  }

  test('UTF-8 as it is, no colours, and the last state of a progress bar', () => {
    expect(condensed(recorded('utf8-output').lines).at(-1)).toBe('o progress 100%');
  });

  test('each important warning once', () => {
    const lines = [
      kaniko('Error uploading layer to cache: denied', 'warning'),
      kaniko('make sure you entered the correct tag name, and', 'warning'),
    ];
    expect(condensed([...lines, ...lines])).toEqual(['w Error uploading layer to cache: denied']);
  });

  test('a warning of two lines as one line', () => {
    expect(condensed([kaniko('JSONArgsRecommended: x (line 3)\n\thttps://docs', 'warning')])).toEqual([
      'w JSONArgsRecommended: x (line 3) https://docs',
    ]);
  });

  test("a program's own JSON lines are its output, kaniko's pushes at the same time are not", () => {
    const own = kaniko('listening on 8080');
    expect(
      condensed([
        ...begin,
        own,
        kaniko('bad thing', 'warning'),
        kaniko('Pushing layer x/cache:1 to cache now'),
        snapshot,
        kaniko('chatter'),
      ]),
    ).toEqual(['s FROM alpine', 's RUN make', `o ${own}`, `o ${kaniko('bad thing', 'warning')}`]);
  });

  test('the usage text of a program in a RUN', () => {
    expect(condensed([...begin, 'Error: x', 'Usage:', '  make [flags]'])).toHaveLength(5);
  });

  test('a line of 256 KB is cut, and no such line is lost', () => {
    const [shown] = condensed(['x'.repeat(262_144)]);
    expect(shown).toMatch(/^o x{4000} \.\.\. \(258144 more characters\)$/);
  });
});

describe('what the log proves', () => {
  test('the true push counts and the forged one before it does not', () => {
    const { log } = follow([...begin, pushing(), pushed(FALSE), snapshot, pushing(), pushed()], [APP]);
    expect(log.digestOf(APP)).toBe(TRUE);
    expect(log.contested).toBe(true);
  });

  test('a forged push does not end the log early', () => {
    const log = new BuildLog({ destinations: [APP], push: true });
    for (const line of [...begin, pushing(), pushed(FALSE)]) log.take(line);
    log.take(snapshot);
    expect(log.expectsNoMore).toBe(false);
    for (const line of [pushing(), pushed()]) log.take(line);
    expect(log.expectsNoMore).toBe(true);
  });

  test('a forged error does not end the log early', () => {
    const { log } = follow([...begin, 'error building image: x', snapshot], [APP]);
    expect(log.expectsNoMore).toBe(false);
    const output = follow([...begin, 'error building image: x', 'make goes on'], [APP]);
    expect(output.log.expectsNoMore).toBe(false);
  });

  test('the error that ends kaniko is the end of its log, in every recorded failure', () => {
    for (const name of ['run-fails', 'flag-unknown', 'copy-missing', 'push-unauthorized', 'dockerfile-syntax'])
      expect([name, follow(recorded(name).lines, [APP]).log.expectsNoMore]).toEqual([name, true]);
  });

  test('the push to the last destination is the end of the log', () => {
    const second = '127.0.0.1:5055/demo/app:latest';
    const log = new BuildLog({ destinations: [APP, second], push: true });
    for (const line of [pushing(), pushed(), pushing(second)]) {
      log.take(line);
      expect(log.expectsNoMore).toBe(false);
    }
    log.take(pushed());
    expect(log.expectsNoMore).toBe(true);
  });

  test('a push to the cache is no push of the image, wherever the cache is', () => {
    const cache = '127.0.0.1:5055/demo/app:0123';
    const { log } = follow([pushing(cache), pushed(FALSE), pushing(), pushed()], [APP]);
    expect(log.digestOf(APP)).toBe(TRUE);
    expect(follow([pushing(cache), pushed(FALSE)], [APP]).log.expectsNoMore).toBe(false);
    expect(follow([pushing('x/cache:1'), pushed(FALSE, 'x/cache')], [APP]).log.digestOf(APP)).toBeUndefined();
  });

  for (const [destination, printed] of [
    ['docker.io/acme/shop:1', 'index.docker.io/acme/shop'],
    ['acme/shop:1', 'index.docker.io/acme/shop'],
    ['shop:1', 'index.docker.io/library/shop'],
    ['docker.io/shop', 'index.docker.io/library/shop'],
    ['1.dkr.ecr.eu-west-1.amazonaws.com/ci/shop:1', '1.dkr.ecr.eu-west-1.amazonaws.com/ci/shop'],
    ['localhost:5000/shop:1', 'localhost:5000/shop'],
  ] as const) {
    test(`kaniko prints ${destination} as ${printed}`, () => {
      const { log } = follow([pushing(destination), pushed(TRUE, printed)], [destination]);
      expect(log.digestOf(destination)).toBe(TRUE);
      expect(log.expectsNoMore).toBe(true);
    });
  }

  test('an invalid digest proves nothing', () => {
    expect(follow([pushing(), pushed('sha256:abc')], [APP]).log.digestOf(APP)).toBeUndefined();
  });
});

describe('for any lines', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.constantFrom('error building image: x', 'Error: x', 'Usage:', '{"level":"info"', '\x1b[31m', '\r'),
    fc
      .constantFrom(
        'RUN x',
        'COPY . .',
        'Running: [x]',
        'Pushing image to x:1',
        `Pushed x@${FALSE}`,
        'Taking snapshot of files...',
      )
      .map((text) => kaniko(text)),
    fc
      .tuple(fc.constantFrom('info', 'warning', 'fatal', 'debug'), fc.string())
      .map(([level, text]) => kaniko(text, level)),
  );

  test('each line is shown, perhaps only with verbose, in order and on one line', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 40 }), (lines) => {
        const log = new BuildLog({ destinations: [APP], push: true });
        for (const line of lines) {
          const shown = log.take(line);
          expect(shown.length).toBeGreaterThan(0);
          for (const { text } of shown) expect(text).not.toMatch(/[\r\n\x1b]/);
        }
        expect(log.tail.length).toBeLessThanOrEqual(30);
        expect(log.errors.length).toBeLessThanOrEqual(5);
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });

  test('the true end counts, whatever came before it', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 40 }), (before) => {
        const { log } = follow([...before, snapshot, pushing(), pushed()], [APP]);
        expect(log.digestOf(APP)).toBe(TRUE);
        expect(log.expectsNoMore).toBe(true);
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });
});

test('memory does not grow with the log', () => {
  const log = new BuildLog({ destinations: [APP], push: true });
  for (let i = 0; i < 20_000; i += 1) {
    log.take(`line ${i}`);
    log.take(kaniko(`warning ${i}`, 'warning'));
    log.take(kaniko(`Using caching version of cmd: RUN ${i}`));
    log.take(`error building image: ${i}`);
  }
  expect(log.tail.at(-1)).toBe('line 19999');
  expect(JSON.stringify([log.tail, log.errors]).length).toBeLessThan(2_000);
});
