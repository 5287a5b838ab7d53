import { readFeatures } from '../../../local/kaniko/active-features.ts';
import { parseFlags } from '../../../local/kaniko/executor-flags.ts';
import { nameOf, parseReference } from '../../../local/kaniko/registry/image-reference.ts';
import { recordedLines } from './recorded-log.ts';

describe('it takes the flags that the helper sends', () => {
  test('with = or as the next argument, once or more', () => {
    const flags = parseFlags([
      ...['--destination=r/a:1', '--destination', 'r/a:2', '--no-push', '--cache=true', '--build-arg=A=b=c'],
      ...['--registry-map=index.docker.io=127.0.0.1:1', '--secret=id=x,env=Y', '--cache-copy-layers'],
    ]);
    expect(flags).toMatchObject({
      destinations: ['r/a:1', 'r/a:2'],
      push: false,
      cache: true,
      cacheCopyLayers: true,
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

describe('its feature flags', () => {
  const names = (environment: Record<string, string>) =>
    [...readFeatures(environment).active].map((name) => `FF_KANIKO_${name}`);
  const ACTIVE = 'active feature flags: ';

  test('are those of the real one: in its order, those that are on by themselves among them', () => {
    const [first = ''] = recordedLines('layers-first');
    expect(`${ACTIVE}${names({}).join(', ')}`).toBe(first);
  });

  test('come from the environment', () => {
    const [first = ''] = recordedLines('stages-first');
    const environment = Object.fromEntries(
      first
        .slice(ACTIVE.length)
        .split(', ')
        .map((name) => [name, 'true']),
    );
    expect(`${ACTIVE}${names(environment).join(', ')}`).toBe(first);
  });

  test.each(['1', 't', 'T', 'TRUE', 'true', 'True'])('%s is on', (value) => {
    expect(names({ FF_KANIKO_ROLLING_CACHE_KEY: value })).toContain('FF_KANIKO_ROLLING_CACHE_KEY');
  });

  test.each(['0', 'false', '', 'yes'])('%p is not', (value) => {
    expect(names({ FF_KANIKO_ROLLING_CACHE_KEY: value })).not.toContain('FF_KANIKO_ROLLING_CACHE_KEY');
  });

  test('one that is no longer needed, one that is switched off and one that nobody knows are told of', () => {
    const environment = { FF_KANIKO_OCI_WARMER: '1', FF_KANIKO_RUN_MOUNT_BIND: '0', FF_KANIKO_NOPE: '1', PATH: '' };
    expect(readFeatures(environment)).toMatchObject({
      redundant: ['FF_KANIKO_OCI_WARMER'],
      disabled: ['FF_KANIKO_RUN_MOUNT_BIND'],
      unknown: ['FF_KANIKO_NOPE'],
    });
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
