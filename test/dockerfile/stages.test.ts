// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have variables
import { UnreadableDockerfile } from '../../helper/src/dockerfile/instruction.ts';
import { type BuildRequest, neededStages } from '../../helper/src/dockerfile/needed-stages.ts';
import { readDockerfile } from '../../helper/src/dockerfile/read-dockerfile.ts';
import { readStages } from '../../helper/src/dockerfile/stages.ts';

function stagesOf(text: string) {
  const file = readDockerfile(text);
  const stages = file instanceof UnreadableDockerfile ? file : readStages(file);
  if (stages instanceof UnreadableDockerfile) throw stages;
  return stages;
}

function needed(text: string, request: Partial<BuildRequest> = {}) {
  const stages = neededStages(stagesOf(text), { buildArgs: {}, ...request });
  if (stages instanceof UnreadableDockerfile) throw stages;
  return stages;
}

const names = (text: string, request: Partial<BuildRequest> = {}) =>
  needed(text, request).map(({ name, index }) => name || index);

test('stages have a name, a base and their instructions', () => {
  const { globals, stages } = stagesOf(
    'ARG V=1\nFROM a:$V as Build\nRUN x\nFROM --platform=$P b\nCOPY --from=build c d',
  );
  expect(globals.map(({ keyword }) => keyword)).toEqual(['ARG']);
  expect(
    stages.map(({ instructions, from, ...stage }) => ({ ...stage, line: from.first, count: instructions.length })),
  ).toEqual([
    { index: 0, name: 'build', base: 'a:$V', platform: undefined, line: 2, count: 1 },
    { index: 1, name: '', base: 'b', platform: '$P', line: 4, count: 1 },
  ]);
});

describe('which stages are built', () => {
  const chain = 'FROM x AS a\nFROM a AS b\nFROM y AS unused\nFROM b AS c\nFROM z AS d\nCOPY --from=C /e /e\n';
  for (const [name, text, request, expected] of [
    ['the last one', 'FROM a\nFROM b\n', {}, [1]],
    ['what it is based upon and copies from', chain, {}, ['a', 'b', 'c', 'd']],
    ['a target', chain, { target: 'b' }, ['a', 'b']],
    ['a target in other letters', chain, { target: 'UNUSED' }, ['unused']],
    ['a target by its index', chain, { target: '1' }, ['a', 'b']],
    ['COPY --from an index', 'FROM a\nFROM b\nFROM c\nCOPY --from=0 x y', {}, [0, 2]],
    ['COPY --from an image', 'FROM a AS b\nFROM c\nCOPY --from=alpine:3 x y', {}, [1]],
    ['JSON and small letters', 'from x as a\nfrom y\ncopy --from=a ["b", "c"]', {}, ['a', 1]],
    ['FROM a variable', 'ARG B=one\nFROM x AS one\nFROM y AS two\nFROM ${B}', {}, ['one', 2]],
    [
      'FROM a build argument',
      'ARG B=one\nFROM x AS one\nFROM y AS two\nFROM ${B}',
      { buildArgs: { B: 'two' } },
      ['two', 2],
    ],
    [
      'an empty build argument changes nothing',
      'ARG B=one\nFROM x AS one\nFROM ${B}',
      { buildArgs: { B: '' } },
      ['one', 1],
    ],
    ['a default in FROM', 'FROM x AS one\nFROM ${B:-one}', {}, ['one', 1]],
    ['an ARG made of an ARG', 'ARG A=o\nARG B="${A}ne"\nFROM x AS one\nFROM $B', {}, ['one', 1]],
    ['a mount needs none: kaniko leaves it out', 'FROM a AS b\nFROM c\nRUN --mount=from=b,target=/x y', {}, [1]],
    [
      'what a base’s ONBUILD copies',
      'FROM a AS b\nFROM c AS d\nONBUILD COPY --from=b x y\nFROM d AS e',
      {},
      ['b', 'd', 'e'],
    ],
    ['an ONBUILD that triggers nothing', 'FROM a AS b\nFROM c AS d\nONBUILD COPY --from=b x y', {}, ['d']],
    ['the first of two with one name is a base', 'FROM a AS n\nFROM b AS n\nFROM n', {}, ['n', 2]],
  ] as const)
    test(name, () => expect(names(text, request)).toEqual(expected));
});

test('triggers come first in a stage that is based on theirs, and in no other stage', () => {
  const stages = needed('FROM a AS b\nONBUILD RUN one\nFROM b AS c\nRUN two\nFROM c\nRUN three');
  const commands = stages.map(({ steps }) =>
    steps.filter(({ keyword }) => keyword === 'RUN').map(({ args }) => args[0]),
  );
  expect(commands).toEqual([[], ['one', 'two'], ['three']]);
});

test('a base that only one stage needs is built as a part of that stage', () => {
  const parts = (text: string) => needed(text).map(({ partOf }) => partOf);
  expect(parts('FROM a AS b\nFROM b AS c\nFROM c')).toEqual([1, 2, undefined]);
  expect(parts('FROM a AS b\nFROM b AS c\nFROM c\nCOPY --from=b x y')).toEqual([undefined, 2, undefined]);
  expect(parts('FROM a AS b\nFROM b AS c\nFROM b\nCOPY --from=c x y')).toEqual([undefined, undefined, undefined]);
});

test('the variables in the image of a stage are replaced', () => {
  const [stage] = needed('ARG TAG="3"\nFROM ghcr.io/acme/base:${TAG}-slim');
  expect(stage).toMatchObject({
    base: 'ghcr.io/acme/base:${TAG}-slim',
    image: 'ghcr.io/acme/base:3-slim',
    baseStage: undefined,
  });
});

describe('what kaniko refuses', () => {
  for (const [name, text, request] of [
    ['no FROM', 'ARG A', {}],
    ['an instruction before FROM', 'RUN a\nFROM b', {}],
    ['FROM with two words', 'FROM a b', {}],
    ['a name that is none', 'FROM a AS 1b', {}],
    ['a target that is not there', 'FROM a AS b', { target: 'c' }],
    ['a stage that is not there', 'FROM a\nCOPY --from=7 b c', {}],
  ] as const)
    test(name, () => expect(() => names(text, request)).toThrow(UnreadableDockerfile));
});
