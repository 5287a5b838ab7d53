import {
  CACHE_KEY_VARIABLES,
  cacheWarning,
  FLAG_VARIABLES,
  type FlagReport,
  flagsToSet,
  isTooOld,
  versionOf,
} from '../../helper/src/kaniko/feature-flags.ts';
import { follow, kaniko, recorded } from '../support/recorded-logs.ts';

const IMAGE = 'ghcr.io/osscontainertools/kaniko:v1.28.3';
const APP = ['127.0.0.1:5055/demo/app:1'];
const named = (value: string, ...names: string[]) => names.map((name) => ({ name: `FF_KANIKO_${name}`, value }));
const missing = (container: Parameters<typeof flagsToSet>[0]) => Object.keys(flagsToSet(container).variables);
const OWNERSHIP = ['COPY_AS_ROOT', 'CHOWN_ON_IMPLICIT_DIRS', 'COPY_CHMOD_ON_IMPLICIT_DIRS', 'RUN_HONOR_GROUP'];
const OTHERS = FLAG_VARIABLES.map((name) => name.slice(10)).filter((name) => !OWNERSHIP.includes(name));

describe('the flags that a container lacks', () => {
  test('all, where it sets none', () => {
    expect(flagsToSet({})).toEqual({
      variables: Object.fromEntries(FLAG_VARIABLES.map((name) => [name, 'true'])),
      areSecrets: false,
    });
    expect(FLAG_VARIABLES).toHaveLength(17);
    expect(CACHE_KEY_VARIABLES).toHaveLength(5);
  });

  test('none, where it sets all to true in any spelling that Go accepts', () => {
    const names = FLAG_VARIABLES.map((name) => name.slice(10));
    for (const on of ['1', 't', 'T', 'true', 'TRUE', 'True'])
      expect(missing({ environment: named(on, ...names) })).toEqual([]);
  });

  for (const off of ['false', '0', 'F', '', 'yes', 'on', 'tRUE'])
    test(`those that it sets to ${JSON.stringify(off)}, except those about ownership`, () => {
      const environment = named(off, ...OTHERS, ...OWNERSHIP);
      expect(missing({ environment })).toEqual(FLAG_VARIABLES.filter((name) => OTHERS.includes(name.slice(10))));
    });

  test('a flag from a secret is replaced, except those about ownership', () => {
    const secrets = [{ name: 'FF_KANIKO_COPY_AS_ROOT' }, { name: 'FF_KANIKO_RESOLVE_CACHE_KEY' }];
    const { variables, areSecrets } = flagsToSet({ secrets });
    expect(variables).toHaveProperty('FF_KANIKO_RESOLVE_CACHE_KEY', 'true');
    expect(variables).not.toHaveProperty('FF_KANIKO_COPY_AS_ROOT');
    expect(areSecrets).toBe(true);
    expect(flagsToSet({ secrets: secrets.slice(0, 1) }).areSecrets).toBe(false);
  });
});

/** What kaniko says about its flags in these lines. */
const report = (lines: readonly string[]): FlagReport => follow(lines, APP).log.flags;
const active = (...names: readonly string[]) => kaniko(`active feature flags: ${names.join(', ')}`);
const stage = kaniko("Building stage 'alpine' [idx: '0', base-idx: '-1']");
const run = [stage, kaniko('RUN make'), kaniko('Running: [/bin/sh -c make]')];

describe('whether the cache can be trusted', () => {
  test('recorded runs: it can with the flags, and cannot without them', () => {
    expect(cacheWarning(report(recorded('stages-cached').lines), IMAGE)).toBeUndefined();
    const warning = cacheWarning(report(recorded('stale-heredoc').lines), IMAGE);
    for (const name of CACHE_KEY_VARIABLES) expect(warning).toContain(name);
    expect(warning).toContain(`kaniko 1.28.3 (${IMAGE})`);
  });

  for (const name of CACHE_KEY_VARIABLES)
    test(`it cannot without ${name}`, () => {
      const others = FLAG_VARIABLES.filter((one) => one !== name);
      expect(cacheWarning(report([active(...others)]), IMAGE)).toContain(`has not switched on ${name}.`);
    });

  test('flags about speed, content and ownership do not matter', () => {
    expect(cacheWarning(report([active(...CACHE_KEY_VARIABLES)]), IMAGE)).toBeUndefined();
  });

  test('it cannot where an older kaniko does not print its flags', () => {
    const older = recorded('success').lines.slice(1);
    const warning = cacheWarning(report(older), 'ghcr.io/osscontainertools/kaniko:v1.27.0');
    expect(warning).toMatch(/kaniko 1\.27\.0 \(ghcr\.io\/osscontainertools\/kaniko:v1\.27\.0\) does not say/);
    expect(cacheWarning(report(older), 'kaniko@sha256:0')).toContain('kaniko (kaniko@sha256:0) does not say');
  });

  test('a RUN can neither forge nor revoke the line', () => {
    const forged = [active(...CACHE_KEY_VARIABLES), kaniko('Taking snapshot of files...')];
    expect(cacheWarning(report([...run, ...forged]), IMAGE)).toBeDefined();
    expect(cacheWarning(report([...run, ...forged, ...forged]), IMAGE)).toBeDefined();
    const taken = [active('FF_KANIKO_X'), kaniko('Taking snapshot of files...'), active('FF_KANIKO_X')];
    expect(cacheWarning(report([active(...CACHE_KEY_VARIABLES), ...run, ...taken]), IMAGE)).toBeUndefined();
  });

  test('a flag that a later release does not know is always on in it', () => {
    const [first = '', ...others] = CACHE_KEY_VARIABLES;
    const unknown = `unknown feature flags set but not recognised by this version of kaniko: ${first}`;
    const lines = [active(...others), kaniko(unknown, 'warning')];
    expect(cacheWarning(report(lines), 'kaniko:v1.30.0')).toBeUndefined();
    // 1.28.2 knows all flags. For an image without a version we cannot say.
    for (const image of ['kaniko:v1.28.2', 'kaniko@sha256:0', 'kaniko:latest'])
      expect(cacheWarning(report(lines), image)).toContain(first);
    expect(cacheWarning(report([active(...others)]), 'kaniko:v1.30.0')).toContain(first);
  });
});

test("kaniko's own warning about an unknown flag of ours is a detail", () => {
  const unknown = 'unknown feature flags set but not recognised by this version of kaniko: ';
  const kinds = (names: string) => follow([kaniko(unknown + names, 'warning')], APP).shown.map(({ kind }) => kind);
  expect(kinds('FF_KANIKO_CROSS_REPO_MOUNT, FF_KANIKO_SKIP_CACHED_STAGES')).toEqual(['detail']);
  expect(kinds('FF_KANIKO_CROSS_REPO_MOUNT, FF_KANIKO_MISSPELT')).toEqual(['warning']);
});

describe("the version in an image's tag", () => {
  for (const [image, version, old] of [
    [IMAGE, [1, 28, 3], false],
    [`${IMAGE}-debug`, [1, 28, 3], false],
    [`${IMAGE}@sha256:${'0'.repeat(64)}`, [1, 28, 3], false],
    ['gcr.io/kaniko-project/executor:v1.23.2', [1, 23, 2], true],
    ['localhost:5000/kaniko:1.9', [1, 9], true],
    ['localhost:5000/kaniko', undefined, false],
    ['kaniko:2.0.0', [2, 0, 0], false],
    ['kaniko:latest', undefined, false],
    [`kaniko@sha256:${'0'.repeat(64)}`, undefined, false],
    ['kaniko:1.28.3.4', undefined, false],
  ] as const)
    test(`${image}: ${version?.join('.') ?? 'none'}`, () => {
      expect(versionOf(image)).toEqual(version);
      expect(isTooOld(image)).toBe(old);
    });
});
