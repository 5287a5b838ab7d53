import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import { cacheFolder, preparePrivateFolder } from '../../helper/src/loader/cache-folder.ts';
import { HELPER } from '../../local/run-helper.ts';

// The head of the bundle. It is run as Jenkins does it.
jest.setTimeout(60_000);

let folder: string;
let call: string;
let code: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fargate-ci-loader-'));
  call = join(folder, 'ws@tmp', 'fargate-ci', 'call', 'run');
  code = join(folder, 'ws@tmp', 'fargate-ci', 'code');
  mkdirSync(call, { recursive: true });
  cpSync(HELPER, join(call, 'helper.mjs'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = promisify(execFile);

/** The answer of the bundle to `--version`, with these flags of node. */
async function version(env: Record<string, string> = {}, flags: readonly string[] = []): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [...flags, 'helper.mjs', '--version'], {
    cwd: call,
    env: { PATH: process.env.PATH ?? '', HOME: folder, ...env },
  });
  return stdout + stderr;
}

const { version: VERSION } = JSON.parse(readFileSync(join(HELPER, '..', '..', '..', 'package.json'), 'utf8'));
const files = () => (existsSync(code) ? readdirSync(code) : []);
const cached = () => join(code, files()[0] ?? '');

test('the code is kept in a folder that nobody else can read or write, and taken from it', async () => {
  expect(await version()).toBe(`${VERSION}\n`);
  expect(files()).toHaveLength(1);
  expect(preparePrivateFolder(code)).toBe(true);
  expect(readFileSync(cached()).length).toBeGreaterThan(10_000);
  utimesSync(cached(), 1, 1);
  expect(await version()).toBe(`${VERSION}\n`);
  // Nothing was compiled, so nothing was written.
  expect(statSync(cached()).mtimeMs).toBe(1_000);
});

test('other parts are added to what is there', async () => {
  await version();
  const before = readFileSync(cached()).length;
  await run(process.execPath, ['helper.mjs', 'build', '--help'], { cwd: call, env: { HOME: folder } });
  expect(files()).toHaveLength(1);
  expect(readFileSync(cached()).length).toBeGreaterThan(before + 10_000);
});

test('whatever is wrong with the cache, it costs speed only', async () => {
  await version();
  const whole = readFileSync(cached());
  const spoilt = Buffer.from(whole);
  for (let at = 5_000; at < spoilt.length; at += 97) spoilt[at] = (spoilt[at] ?? 0) ^ 0x5a;
  for (const bad of [spoilt, whole.subarray(0, 3_000), Buffer.from('tea'), Buffer.alloc(0), Buffer.alloc(20_000)]) {
    writeFileSync(cached(), bad);
    expect(await version()).toBe(`${VERSION}\n`);
  }
  rmSync(code, { recursive: true });
  writeFileSync(code, 'a file where the folder should be');
  expect(await version()).toBe(`${VERSION}\n`);
});

test('a fifo where the code should be is not waited for', async () => {
  await version();
  const place = cached();
  rmSync(place);
  execFileSync('mkfifo', [place]);
  expect(await version()).toBe(`${VERSION}\n`);
});

test('code that others could have written is not run, nor written where they can', async () => {
  await version();
  chmodSync(code, 0o770);
  rmSync(cached());
  expect(await version()).toBe(`${VERSION}\n`);
  expect(files()).toEqual([]);
  rmSync(code, { recursive: true });
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere, { mode: 0o700 });
  symlinkSync(elsewhere, code);
  expect(await version()).toBe(`${VERSION}\n`);
  expect(readdirSync(elsewhere)).toEqual([]);
  rmSync(code);
  await version();
  chmodSync(cached(), 0o622);
  expect(await version()).toBe(`${VERSION}\n`);
  // It was not read. A new one was written.
  expect(statSync(cached()).mode & 0o777).toBe(0o600);
});

test('nothing is made in a folder of another user: the agent would have to delete it', () => {
  const theirs = join(folder, 'theirs');
  mkdirSync(theirs);
  // Only root can give a folder to another user. For anybody else /usr is a folder of another user.
  const root = process.getuid?.() === 0;
  if (root) chownSync(theirs, 4711, 4711);
  const parent = root ? theirs : '/usr';
  expect(preparePrivateFolder(join(parent, 'code'))).toBe(false);
  expect(preparePrivateFolder(join(parent, 'deep', 'code'))).toBe(false);
  expect(existsSync(join(parent, 'deep'))).toBe(false);
  expect(preparePrivateFolder(join(folder, 'deep', 'code'))).toBe(true);
});

test('the source counts, not what was once made of it', async () => {
  await version();
  const bundle = join(call, 'helper.mjs');
  const text = readFileSync(bundle, 'latin1');
  const other = VERSION.replace(/\d/, '7');
  expect(other).toHaveLength(VERSION.length);
  writeFileSync(bundle, text.replaceAll(`"${VERSION}"`, `"${other}"`), 'latin1');
  expect(await version()).toBe(`${other}\n`);
});

test('each set of flags has code of its own, and old code goes', async () => {
  for (const size of [1, 2, 4, 8, 16]) await version({}, [`--max-semi-space-size=${size}`]);
  expect(files()).toHaveLength(4);
});

test('a failure names its place in the bundle', async () => {
  const bundle = join(call, 'helper.mjs');
  const text = readFileSync(bundle, 'latin1');
  const at = text.indexOf('\n/*\n') + 1 + Number(/"\.\/main\.js":\[(\d+),/.exec(text)?.[1]);
  const begin = '(function(require,module,exports,__url){';
  expect(text.slice(at, at + begin.length)).toBe(begin);
  writeFileSync(bundle, `${text.slice(0, at)}${begin.replace(')', '}')}${text.slice(at + begin.length)}`, 'latin1');
  const line = text.slice(0, at).split('\n').length;
  await expect(version()).rejects.toThrow(`helper.mjs:${line}\n`);
});

test.each<[string, Partial<Parameters<typeof cacheFolder>[0]>, string | undefined]>([
  ['a step', { file: '/ws@tmp/fargate-ci/id/run/helper.mjs' }, '/ws@tmp/fargate-ci/code'],
  ['a checkout', {}, '/home/me/.cache/fargate-ci'],
  ['a cache of its own', { env: { XDG_CACHE_HOME: '/caches' } }, '/caches/fargate-ci'],
  ['a relative one, which XDG forbids', { env: { XDG_CACHE_HOME: 'caches' } }, undefined],
  ['no home', { home: '' }, undefined],
  ['switched off', { env: { NODE_DISABLE_COMPILE_CACHE: '1' } }, undefined],
])('where code is kept: %s', (_name, place, expected) => {
  const usual = { file: '/src/fargate-ci/resources/fargateci/helper.mjs', env: {}, home: '/home/me' };
  expect(cacheFolder({ ...usual, ...place })).toBe(expected);
});
