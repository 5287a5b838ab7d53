import { follow, kaniko, recorded } from '../support/recorded-logs.ts';

const APP = '127.0.0.1:5055/demo/app:1';
const STAGES = new Map([
  [0, 'base'],
  [1, 'deps'],
  [2, 'build'],
  [4, 'last'],
]);

const read = (name: string) => follow(recorded(name).lines, [APP], true, STAGES);
/** The shown steps, without instructions that only change the image's settings. */
const steps = (name: string): string[] =>
  read(name)
    .shown.filter(({ kind, text }) => kind === 'step' && !/^(?:ARG|ENV|USER|CMD|ONBUILD) /.test(text))
    .map(({ text }) => text);

for (const [name, cached, all] of [
  ['layers-first', 0, 9],
  ['layers-cached', 9, 9],
  ['stages-first', 0, 17],
  ['stages-changed', 6, 17],
  ['stages-cached', 17, 17],
] as const) {
  test(`the recorded run ${name}: ${cached} of ${all} layers come from the cache`, () => {
    const { log } = read(name);
    expect([log.cachedLayers, log.layers]).toEqual([cached, all]);
  });
}

test('each skipped stage is one line, at its place in the Dockerfile', () => {
  expect(steps('stages-cached')).toEqual([
    'stage base  from cache',
    'stage deps  from cache',
    'stage build  from cache',
    'stage 3 (busybox:1.36)  from cache',
    'FROM busybox:1.36',
    'COPY --from=deps /d /d  (from cache)',
    'COPY --from=build /out /out  (from cache)',
    'COPY --from=3 /d /d2  (from cache)',
    'WORKDIR /tmp  (from cache)',
    'RUN cat /d  (from cache)',
  ]);
});

test('in a stage that is built only the cached steps are marked', () => {
  expect(steps('stages-changed')).toEqual([
    'FROM busybox:1.36',
    'RUN echo base > /b  (from cache)',
    'WORKDIR /tmp  (from cache)',
    'FROM base',
    'WORKDIR /  (from cache)',
    'RUN echo deps > /d  (from cache)',
    'FROM base',
    'WORKDIR /w  (from cache)',
    'COPY app ./',
    'run cat /b /w/a > /out',
    'RUN echo same',
    'RUN echo same',
    'FROM busybox:1.36',
    'add app /app',
    'RUN echo same',
    'COPY --from=1 /d /d',
    'FROM busybox:1.36',
    'COPY --from=deps /d /d  (from cache)',
    'COPY --from=build /out /out',
    'COPY --from=3 /d /d2',
    'WORKDIR /tmp',
    'RUN cat /d',
  ]);
});

const stage = (index: number) => kaniko(`Building stage 'alpine' [idx: '${index}', base-idx: '-1']`);
const skipped = (index: number) =>
  kaniko(`Eliminating stage 'alpine' [idx: '${index}'], all consumers are served from cache`);
const cached = (text: string) => kaniko(`Using caching version of cmd: ${text}`);
const count = (lines: readonly string[]) => {
  const { log } = follow(lines, [APP]);
  return [log.cachedLayers, log.layers];
};

test('the same instruction in two stages counts twice', () => {
  const run = 'RUN make';
  // The instruction of the second stage has another cache key.
  expect(count([stage(0), cached(run), kaniko(run), stage(1), kaniko(run)])).toEqual([1, 2]);
  expect(count([cached(run), cached(run), skipped(0), stage(1), cached(run), kaniko(run)])).toEqual([2, 2]);
});

test('skipped stages are shown before the next stage that is built', () => {
  const lines = [skipped(4), skipped(2), skipped(0), stage(1), stage(3), stage(5)];
  expect(follow(lines, [APP]).shown.flatMap(({ kind, text }) => (kind === 'step' ? [text] : []))).toEqual([
    'stage 0 (alpine)  from cache',
    'FROM alpine',
    'stage 2 (alpine)  from cache',
    'FROM alpine',
    'stage 4 (alpine)  from cache',
    'FROM alpine',
  ]);
});

test('lookahead without a skipped stage counts no layer twice', () => {
  expect(count([cached('RUN a'), stage(0), cached('RUN a'), kaniko('RUN a'), kaniko('RUN b')])).toEqual([1, 2]);
  // The build ended before the second stage named it again.
  expect(count([cached('RUN a'), cached('RUN b'), stage(0), cached('RUN a'), kaniko('RUN a')])).toEqual([1, 1]);
});

test('a RUN can neither skip a stage nor take layers from the cache', () => {
  const begin = [stage(0), kaniko('RUN make'), kaniko('Running: [/bin/sh -c make]')];
  const forged = [skipped(1), cached('RUN test')];
  const end = [kaniko('Taking snapshot of full filesystem...'), kaniko('RUN test'), stage(2)];
  expect(count([...begin, ...forged, ...end])).toEqual([0, 2]);
  // Nor with lines after the end of the RUN.
  expect(count([...begin, ...end.slice(0, 1), ...forged.slice(0, 1), ...end.slice(1)])).toEqual([0, 2]);
});

test('lines of kaniko about its cache during a RUN are not output of the RUN', () => {
  const begin = [stage(0), kaniko('RUN make'), kaniko('Running: [/bin/sh -c make]')];
  const { shown } = follow([...begin, kaniko('Pushing cache pointer x:1 -> 2')], [APP]);
  expect(shown.at(-1)?.kind).toBe('detail');
});

describe('instructions in small letters', () => {
  test('a recorded run: they are shown, and the failed one is named', () => {
    const { lines, exitCode } = recorded('instruction-lower-case');
    const { log, shown } = follow(lines, [APP]);
    expect(shown.flatMap(({ kind, text }) => (kind === 'step' ? [text] : []))).toEqual([
      'FROM busybox:1.36',
      'run echo low',
      'copy x /x',
      'run false',
    ]);
    expect([log.step, log.layers, exitCode]).toEqual(['run false', 3, 1]);
  });

  test("a program's own lines are no instructions", () => {
    const words = ['add user shop', 'copy done', 'run 3 of 9', 'user logged in'].map((text) => kaniko(text));
    const { log, shown } = follow([stage(0), kaniko('RUN make'), kaniko('Running: [make]'), ...words], [APP]);
    expect(shown.slice(3).map(({ kind }) => kind)).toEqual(words.map(() => 'output'));
    expect(log.layers).toBe(1);
  });

  test('with --single-snapshot only the next instruction ends a RUN', () => {
    const { log } = follow([stage(0), kaniko('run make'), kaniko('Running: [make]'), kaniko('copy a /b')], [APP]);
    expect([log.step, log.layers]).toEqual(['copy a /b', 2]);
  });
});
