import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONFIG_FILE, readConfigFile } from '../../helper/src/operator/config-file.ts';
import { validate } from '../../helper/src/parameters/validate.ts';

const schema = {
  account: { type: 'text', help: '' },
  count: { type: 'number', help: '' },
  versions: { type: 'map', help: '' },
  zones: { type: 'list', help: '' },
} as const;

test('numbers of a configuration file are read as they are written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fargate-ci-config-'));
  const text =
    'account: 012345678901\ncount: 2.0\nversions:\n  1: 3.10\n  ID: 12345678901234567\n  B: 7\nzones: [1.10, 2]\n';
  await writeFile(join(folder, CONFIG_FILE), text);
  const read = validate(schema, await readConfigFile(folder, undefined));
  await rm(folder, { recursive: true });
  expect(read).toEqual({
    complaints: [],
    values: {
      account: '012345678901',
      count: 2,
      versions: { 1: '3.10', ID: '12345678901234567', B: '7' },
      zones: ['1.10', '2'],
    },
  });
});
