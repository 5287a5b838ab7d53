import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { DeleteParameterCommand, GetParametersCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { awsErrorFacts } from '../../aws/errors.ts';
import { operatorFailure } from '../operator-failure.ts';
import type { AwsAccess, OperatorWorld } from '../operator-world.ts';

/** The data that `down` keeps, and that the next `up` takes back: names, undefined where there is none. */
export interface KeptData {
  readonly bucket: string | undefined;
  readonly fileSystem: string | undefined;
}

/** The parameters in SSM in which `down` notes what it keeps. */
const parameterNames = (prefix: string) => ({
  bucket: `/${prefix}/kept/bucket`,
  fileSystem: `/${prefix}/kept/file-system`,
});

/** Reads what an earlier `down` kept. A bucket that is gone by now is left out. */
export async function readKeptData({ aws, signal }: OperatorWorld, prefix: string): Promise<KeptData> {
  const { bucket, fileSystem } = parameterNames(prefix);
  try {
    const { Parameters = [] } = await aws.ssm.send(new GetParametersCommand({ Names: [bucket, fileSystem] }), {
      abortSignal: signal,
    });
    const notedIn = (name: string) => Parameters.find(({ Name }) => Name === name)?.Value;
    const bucketName = notedIn(bucket);
    return {
      bucket: bucketName !== undefined && (await bucketExists({ aws, signal }, bucketName)) ? bucketName : undefined,
      fileSystem: notedIn(fileSystem),
    };
  } catch (error) {
    throw operatorFailure(error, `read what an earlier run kept, in SSM under /${prefix}/kept/`, aws.region);
  }
}

async function bucketExists({ aws, signal }: AwsAccess, name: string): Promise<boolean> {
  try {
    await aws.s3.send(new HeadBucketCommand({ Bucket: name }), { abortSignal: signal });
    return true;
  } catch (error) {
    if (awsErrorFacts(error).status === 404) return false;
    throw operatorFailure(error, `look for the bucket ${name}`);
  }
}

/** Notes what is kept, before anything is deleted. */
export async function noteKeptData({ aws, signal }: OperatorWorld, prefix: string, kept: KeptData): Promise<void> {
  const names = parameterNames(prefix);
  const notes: [string, string | undefined][] = [
    [names.bucket, kept.bucket],
    [names.fileSystem, kept.fileSystem],
  ];
  for (const [Name, Value] of notes) {
    if (Value === undefined) continue;
    const note = {
      Name,
      Value,
      Type: 'String',
      Overwrite: true,
      Description: 'Kept by fargate-ci infra down',
    } as const;
    try {
      await aws.ssm.send(new PutParameterCommand(note), { abortSignal: signal });
    } catch (error) {
      throw operatorFailure(error, `write down what is kept, as the SSM parameter ${Name}`);
    }
  }
}

/** Removes the note of something that a stack has taken back, or that is deleted. */
export async function forgetKeptData({ aws }: OperatorWorld, prefix: string, what: keyof KeptData): Promise<void> {
  const Name = parameterNames(prefix)[what];
  try {
    await aws.ssm.send(new DeleteParameterCommand({ Name }));
  } catch (error) {
    if (awsErrorFacts(error).code !== 'ParameterNotFound')
      throw operatorFailure(error, `delete the SSM parameter ${Name}`);
  }
}
