import { copiedPaths, readDockerfile } from '../../local/kaniko/dockerfile.mjs';
import { parseFlags } from '../../local/kaniko/flags.mjs';
import { nameOf, parseReference } from '../../local/kaniko/registry.mjs';

describe('the stand-in reads a Dockerfile: which images it starts from, and theirs in their place', () => {
  const local = (image: string) => `local/${image}`;
  for (const [name, text, buildArgs, images, mapped] of [
    ['one stage', 'FROM busybox:1.36\nRUN true', {}, ['busybox:1.36'], 'FROM local/busybox:1.36\nRUN true'],
    ['a stage is no image', 'FROM a AS b\nFROM b', {}, ['a'], 'FROM local/a AS b\nFROM b'],
    ['scratch is none', 'FROM scratch', {}, [], 'FROM scratch'],
    ['platform', 'FROM --platform=linux/amd64 a', {}, ['a'], 'FROM --platform=linux/amd64 local/a'],
    ['COPY --from an image', 'FROM a\nCOPY --from=b /x /x', {}, ['a', 'b'], 'FROM local/a\nCOPY --from=local/b /x /x'],
    ['COPY --from a stage', 'FROM a\nCOPY --from=0 /x /x', {}, ['a'], 'FROM local/a\nCOPY --from=0 /x /x'],
    ["an ARG's default", 'ARG V=1\nFROM a:$V', {}, ['a:1'], 'ARG V=1\nFROM local/a:1'],
    ['a build argument', 'ARG V=1\nFROM a:$V', { V: '2' }, ['a:2'], 'ARG V=1\nFROM local/a:2'],
    ['a syntax line', '# syntax=docker/dockerfile:1\nFROM a', {}, ['a'], '#\nFROM local/a'],
  ] as const) {
    test(name, () => {
      expect(readDockerfile(text, buildArgs, local)).toMatchObject({ images, text: mapped });
    });
  }
});

test('it looks for what COPY and ADD name, but for patterns, variables, addresses and other stages', () => {
  const text =
    'COPY a b /x\nADD --chown=1:1 \\\n c /x\nCOPY *.js $D /x\nADD https://h/f /x\nCOPY --from=0 d /x\nCOPY ["e", "/x"]';
  expect(copiedPaths(text)).toEqual(['a', 'b', 'c']);
});

describe('it takes the flags that the helper sends', () => {
  test('with = or as the next argument, once or more', () => {
    const flags = parseFlags([
      ...['--destination=r/a:1', '--destination', 'r/a:2', '--no-push', '--cache=true', '--build-arg=A=b=c'],
      ...['--registry-map=index.docker.io=127.0.0.1:1', '--secret=id=x,env=Y'],
    ]);
    expect(flags).toMatchObject({
      destinations: ['r/a:1', 'r/a:2'],
      push: false,
      cache: true,
      buildArgs: ['A=b=c'],
      secrets: [{ id: 'x', env: 'Y' }],
      dockerfile: 'Dockerfile',
    });
    expect(flags.registryMap.get('index.docker.io')).toBe('127.0.0.1:1');
  });

  test("one that kaniko lacks is refused in kaniko's words", () => {
    expect(() => parseFlags(['--no-such-flag'])).toThrow('unknown flag: --no-such-flag');
  });
});

for (const [image, name] of [
  ['busybox', 'index.docker.io/library/busybox:latest'],
  ['docker.io/acme/app:1', 'index.docker.io/acme/app:1'],
  ['127.0.0.1:5000/a/b:c', '127.0.0.1:5000/a/b:c'],
  ['localhost/a', 'localhost/a:latest'],
  ['ghcr.io/a/b@sha256:00', 'ghcr.io/a/b@sha256:00'],
] as const)
  test(`${image} is ${name}`, () => {
    expect(nameOf(parseReference(image))).toBe(name);
  });
