import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Cleanup } from '../../local/cleanup.mjs';
import { startMiniStack, stopMiniStack } from '../../local/cloud/ministack.ts';
import { installVenv } from '../../local/install/python.ts';
import { STATE } from '../../local/paths.mjs';
import { type Double, startDouble } from '../double/double.ts';
import { seedBuilder } from '../double/scripts/builder-fixtures.ts';

/** The folder of the benchmark's files. git ignores it. */
export const FOLDER = join(STATE, 'bench');
export const BUCKET = 'fargate-ci-contexts';
export const REGION = 'ap-southeast-2';

/** The environment of every command. With it nothing can reach a real account. */
export const HELPER_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '/',
  LC_ALL: 'C.UTF-8',
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** An S3 on this machine. */
export interface LocalS3 {
  readonly port: number;
  /** The content of an object; undefined if there is none. */
  read(key: string): Promise<NodeJS.ReadableStream | undefined>;
  drop(key: string): Promise<void>;
  /** Deletes all objects. */
  empty(): Promise<void>;
}

/** MiniStack's S3. It needs no container engine. */
export async function startS3(cleanup: Cleanup, say: (line: string) => void): Promise<LocalS3> {
  const bin = await installVenv('venv', 'requirements.txt', { say, signal: cleanup.signal });
  await mkdir(FOLDER, { recursive: true });
  const { port } = await startMiniStack(bin, FOLDER, {
    dockerHost: 'unix:///nonexistent',
    signal: cleanup.signal,
    onStart: (started) => cleanup.defer('MiniStack', () => stopMiniStack(started)),
  });
  await clientOf(port).send(new CreateBucketCommand({ Bucket: BUCKET }));
  return s3At(port);
}

function clientOf(port: number): S3Client {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const endpoint = `http://127.0.0.1:${port}`;
  return new S3Client({ endpoint, region: REGION, credentials, forcePathStyle: true });
}

/** The S3 at a port of 127.0.0.1, with the bucket. */
export function s3At(port: number): LocalS3 {
  const s3 = clientOf(port);
  const place = { Bucket: BUCKET };
  return {
    port,
    async read(key) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ ...place, Key: key }));
        return Body && 'pipe' in Body ? Body : undefined;
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async drop(key) {
      await s3.send(new DeleteObjectCommand({ ...place, Key: key }));
    },
    async empty() {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command(place));
      for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ ...place, Key }));
    },
  };
}

/** A scripted AWS without S3: the builder's stack, with everything that `fargate-ci build --image shop` needs. */
export async function startAws(cleanup: Cleanup): Promise<Double> {
  const double = await startDouble();
  cleanup.defer('the scripted AWS', () => double.close());
  seedBuilder(double);
  double.ecr.create('fargate-ci/shop');
  double.ecr.create('fargate-ci/cache/shop');
  return double;
}

/** Sends the calls of the SDK to the scripted AWS, and those for S3 to another place. */
export function endpoints(double: Double, s3: string): Record<string, string> {
  const names = ['SSM', 'ECS', 'ECR', 'CLOUDWATCH_LOGS', 'SECRETS_MANAGER', 'STS'];
  return {
    ...Object.fromEntries(names.map((name) => [`AWS_ENDPOINT_URL_${name}`, double.url])),
    AWS_ENDPOINT_URL_S3: s3,
  };
}
