import { execFileSync, spawn } from 'node:child_process';
import {
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Double, startDouble } from '../double/double.ts';
import { seedBuilder } from '../double/scripts/builder-fixtures.ts';
import { runCli } from '../support/host.ts';

// What may be in the place of the result file before the command begins, and what becomes of it.

let double: Double;
let folder: string;
beforeEach(async () => {
  double = await startDouble();
  seedBuilder(double);
  folder = mkdtempSync(join(tmpdir(), 'fargate-ci-result-'));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
});
afterEach(async () => {
  await double.close();
  rmSync(folder, { recursive: true });
});

const plan = (resultFile: string) =>
  runCli(double, ['build', '--image', 'shop:1', '--workspace', folder, '--dry-run'], { resultFile });

/** A device that this test makes; undefined where this user may not make one, as in most containers. */
function makeDevice(minor: number): string | undefined {
  const device = join(folder, 'device');
  try {
    execFileSync('mknod', [device, 'c', '1', `${minor}`], { stdio: 'ignore' });
    writeFileSync(device, '');
    return device;
  } catch {
    return undefined;
  }
}

test('a device is written into and stays one', async () => {
  // Only root could replace the device of the machine.
  const device = makeDevice(3) ?? (process.getuid?.() === 0 ? undefined : '/dev/null');
  if (device === undefined) return;
  expect((await plan(device)).status).toBe(0);
  expect(lstatSync(device).isCharacterDevice()).toBe(true);
});

test('a stream of this process gets the result once, and is not replaced', async () => {
  const before = readlinkSync('/dev/stdout');
  for (const name of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) {
    const { status, stdout } = await plan(name);
    expect(status).toBe(0);
    const written = stdout.slice(stdout.indexOf('{"ok"') < 0 ? stdout.indexOf('{\n  "ok"') : 0);
    expect(JSON.parse(written)).toMatchObject({ ok: true });
  }
  expect(readlinkSync('/dev/stdout')).toBe(before);
  expect((await plan('/dev/stderr')).stderr).toContain('"ok": true');
});

test('another stream that the shell has opened gets the result, too', async () => {
  const fd = openSync(join(folder, 'out.json'), 'w');
  expect((await plan(`/dev/fd/${fd}`)).status).toBe(0);
  expect(JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'))).toMatchObject({ ok: true });
});

describe('refused before anything is asked for, and left as it is', () => {
  const link = () => join(folder, 'link');
  const linkTo = (target: string) => (): string => {
    symlinkSync(target, link());
    return link();
  };
  const fifo = (): string => {
    execFileSync('mkfifo', [link()]);
    return link();
  };
  test.each<[string, () => string, string]>([
    ['a link to a file', linkTo('Dockerfile'), 'it is a symlink'],
    ['a link to a device', linkTo('/dev/null'), 'it is a symlink'],
    ['a link to nothing', linkTo('nothing'), 'it is a symlink'],
    ['a fifo', fifo, 'it is a fifo'],
    ['a stream that is not open', () => '/dev/fd/999', 'EBADF'],
    ['a stream to read from', () => `/dev/fd/${openSync(join(folder, 'Dockerfile'), 'r')}`, 'EBADF'],
  ])('%s', async (_name, make, why) => {
    const file = make();
    const before = file === link() ? lstatSync(file).ino : undefined;
    const seen = await plan(file);
    expect(seen.status).toBe(2);
    expect(seen.stderr).toContain(`the result file ${file} cannot be written`);
    expect(seen.stderr).toContain(why);
    expect(double.requests).toEqual([]);
    if (before !== undefined) expect(lstatSync(file).ino).toBe(before);
  });

  test('the file that a link leads to is not changed', async () => {
    writeFileSync(join(folder, 'target'), 'theirs');
    symlinkSync('target', link());
    await plan(link());
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('theirs');
  });
});

describe('a parameters file that is none does not make us wait', () => {
  const given = (file: string) => runCli(double, ['build', '--params', file, '--dry-run']);

  test('a fifo, a device, a folder', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    for (const file of [join(folder, 'pipe'), '/dev/zero', folder]) {
      const seen = await given(file);
      expect(seen.status).toBe(2);
      expect(seen.stderr).toContain(`the parameters file ${file} cannot be read`);
    }
  });

  test('a pipe that the shell has made is read', async () => {
    const { HELPER } = await import('../../local/run-helper.ts');
    const script = `printf '{"images": 1}' | "${process.execPath}" "${HELPER}" build --params /dev/stdin`;
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH } });
    let said = '';
    for await (const chunk of child.stderr) said += String(chunk);
    expect(said).toContain('there is no parameter "images"');
  });
});
