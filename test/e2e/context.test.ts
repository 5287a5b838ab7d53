import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { localConfig } from '../../local/cloud/aws-clients.ts';
import { objectIn } from '../../local/json-object.ts';
import { must } from '../../local/process.mjs';
import { cloud, docker, helper, taskOf, workspace } from './cloud.ts';

const s3 = new S3Client({ ...localConfig(cloud.endpoint), forcePathStyle: true });
afterAll(() => s3.destroy());

const folder = mkdtempSync(join(tmpdir(), 'fargate-ci-context-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The context that the task of a build got, as a file. */
async function contextOf(task: unknown): Promise<string> {
  const [, Bucket, Key] =
    /--context=s3:\/\/([^/]+)\/([^"]+)/.exec(JSON.stringify((await taskOf(task)).overrides)) ?? [];
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const file = join(folder, 'context.tar.gz');
  writeFileSync(file, (await Body?.transformToByteArray()) ?? '');
  return file;
}

/** The files that Docker reads from an archive. Docker uses Go's readers of gzip (in an engine of ours) and tar. */
async function readByGo(archive: string): Promise<string> {
  const image = (await docker('import', archive)).trim();
  const container = (await docker('create', image, 'none')).trim();
  const exported = join(folder, 'exported.tar');
  await docker('export', '--output', exported, container);
  await docker('rm', container);
  await docker('rmi', image);
  await must('tar', ['-x', '-f', exported, '-C', folder]);
  return join(folder, 'ctx');
}

test('a context that was put together at S3 is what Go reads as the workspace', async () => {
  const files = Array.from({ length: 140 }, (_, index): [string, string] => [
    `assets/${index % 7}/picture-${index}`,
    // Half of it cannot be compressed.
    randomBytes(128 * 1024).toString('latin1') + `line ${index}\n`.repeat(10_000),
  ]);
  const sources = workspace({
    Dockerfile: 'FROM busybox:1.36\nCOPY assets/3 /assets\n',
    'ünïcödé/file': 'Grüße',
    ...Object.fromEntries(files),
  });
  const first = await helper('build', { workspace: sources, image: 'pictures:1', push: false });
  expect({ status: first.status, log: first.log }).toMatchObject({ status: 0 });
  writeFileSync(join(sources, 'assets', '3', 'picture-73'), 'another');
  const second = await helper('build', { workspace: sources, image: 'pictures:1', push: false });
  expect({ status: second.status, log: second.log }).toMatchObject({ status: 0 });
  const { uploaded } = objectIn(second.result, 'context');
  expect(uploaded).toBeGreaterThan(0);
  expect(uploaded).toBeLessThan(Number(objectIn(first.result, 'context').uploaded) / 4);

  const read = await readByGo(await contextOf(second.result.task));
  await must('diff', ['-r', sources, read]);
});
