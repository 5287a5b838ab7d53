import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { ExecutorFlags } from './executor-flags.ts';

/** Where kaniko unpacks a context. Its error messages name this folder. */
const FOLDER = '/kaniko/buildcontext';

/**
 * Fetches the build context from S3 and unpacks it; a context on disk stays where it is.
 * @returns the folder with the context's files
 * @throws Error in kaniko's words
 */
export async function fetchContext({
  context,
  contextSubPath,
}: Pick<ExecutorFlags, 'context' | 'contextSubPath'>): Promise<string> {
  if (context.startsWith('dir://')) return join(context.slice('dir://'.length), contextSubPath);
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(context) ?? [];
  if (!bucket) throw new Error(`error resolving source context: unknown build context prefix provided: ${context}`);
  const answer = await fetch(`${process.env.S3_ENDPOINT}/${bucket}/${key}`, {
    // The local S3 reads the region from this header and checks no signature.
    headers: {
      Authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${process.env.AWS_REGION}/s3/aws4_request, SignedHeaders=host, Signature=none`,
    },
  });
  if (!answer.ok || !answer.body) {
    const code = /<Code>(\w+)/.exec(await answer.text())?.[1] ?? '';
    const reason = code === 'NoSuchKey' ? ': The specified key does not exist.' : '';
    throw new Error(
      `error resolving source context: operation error S3: GetObject, https response error StatusCode: ${answer.status}, RequestID: ${answer.headers.get('x-amz-request-id')}, HostID: , ${code}${reason}`,
    );
  }
  await mkdir(FOLDER, { recursive: true });
  const archive = '/kaniko/context.tar';
  try {
    await pipeline(answer.body, createGunzip(), createWriteStream(archive));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    throw new Error(
      `error resolving source context: ${code === 'Z_DATA_ERROR' ? 'gzip: invalid header' : 'unexpected EOF'}`,
    );
  }
  const tar = spawnSync('tar', ['-x', '-p', '-f', archive, '-C', FOLDER], { encoding: 'utf8' });
  if (tar.status !== 0) throw new Error(`error resolving source context: ${tar.stderr.trim()}`);
  await rm(archive);
  return join(FOLDER, contextSubPath);
}
