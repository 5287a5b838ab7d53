import { DeleteRepositoryCommand, paginateDescribeRepositories } from '@aws-sdk/client-ecr';
import { DeleteFileSystemCommand } from '@aws-sdk/client-efs';
import { DeleteBucketCommand, DeleteObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { awsErrorFacts } from '../../../aws/errors.ts';
import { operatorFailure } from '../../operator-failure.ts';
import type { OperatorWorld } from '../../operator-world.ts';
import { forgetKeptData, type KeptData } from '../kept-data.ts';

/** Deletes the data: the bucket, the file system, and the repositories below the prefix. There is no way back. */
export async function deleteData(
  world: OperatorWorld,
  prefix: string,
  { bucket, fileSystem }: KeptData,
): Promise<void> {
  const say = (text: string) => world.report({ type: 'infra-step', topic: 'data', text });
  if (bucket !== undefined) {
    say(`deleting the bucket ${bucket}`);
    await tolerateMissing(/NoSuchBucket/, `delete the bucket ${bucket}`, () => deleteBucket(world, bucket));
  }
  if (fileSystem !== undefined) {
    say(`deleting the file system ${fileSystem}`);
    await tolerateMissing(/FileSystemNotFound/, `delete the file system ${fileSystem}`, () =>
      world.aws.efs.send(new DeleteFileSystemCommand({ FileSystemId: fileSystem })),
    );
  }
  for (const repositoryName of await listRepositories(world, prefix)) {
    say(`deleting the repository ${repositoryName}`);
    await tolerateMissing(/RepositoryNotFound/, `delete the repository ${repositoryName}`, () =>
      world.aws.ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true })),
    );
  }
  await forgetKeptData(world, prefix, 'bucket');
  await forgetKeptData(world, prefix, 'fileSystem');
}

/** Lists the names of the ECR repositories below a prefix. */
export async function listRepositories({ aws, signal }: OperatorWorld, prefix: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const page of paginateDescribeRepositories({ client: aws.ecr }, {})) {
      signal.throwIfAborted();
      names.push(...(page.repositories ?? []).flatMap(({ repositoryName }) => repositoryName ?? []));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw operatorFailure(error, 'list the repositories in ECR');
  }
  return names.filter((name) => name.startsWith(`${prefix}/`)).sort();
}

/** Objects that are deleted at the same time. The bucket has some for every build of the last two weeks. */
const PARALLEL_DELETIONS = 50;

async function deleteBucket({ aws, signal }: OperatorWorld, Bucket: string): Promise<void> {
  const deleteObject = (Key: string) => aws.s3.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal: signal });
  for await (const { Contents = [] } of paginateListObjectsV2({ client: aws.s3 }, { Bucket })) {
    const keys = Contents.flatMap(({ Key }) => Key ?? []);
    for (let at = 0; at < keys.length; at += PARALLEL_DELETIONS) {
      signal.throwIfAborted();
      await Promise.all(keys.slice(at, at + PARALLEL_DELETIONS).map(deleteObject));
    }
  }
  await aws.s3.send(new DeleteBucketCommand({ Bucket }));
}

/** Deletes something. It is no error where it is gone already. */
async function tolerateMissing(missingCode: RegExp, doing: string, remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!missingCode.test(awsErrorFacts(error).code)) throw operatorFailure(error, doing);
  }
}
