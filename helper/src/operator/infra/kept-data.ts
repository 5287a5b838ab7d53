import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { DeleteParameterCommand, GetParametersCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { awsErrorFacts } from '../../aws/errors.ts';
import { operatorFailure } from '../operator-failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import type { KeptData } from './up/plan-up.ts';

/** Where `down` writes down what it leaves; the next `up` takes it back from there. */
const parameterNames = (prefix: string) => ({
  bucket: `/${prefix}/kept/bucket`,
  fileSystem: `/${prefix}/kept/file-system`,
});

/** What an earlier `down` left; a bucket that is gone by now is not among it. */
export async function readKeptData({ aws, signal }: OperatorWorld, prefix: string): Promise<KeptData> {
  const { bucket, fileSystem } = parameterNames(prefix);
  try {
    const { Parameters = [] } = await aws.ssm.send(new GetParametersCommand({ Names: [bucket, fileSystem] }), {
      abortSignal: signal,
    });
    const noted = (name: string) => Parameters.find(({ Name }) => Name === name)?.Value;
    const held = noted(bucket);
    return {
      bucket: held !== undefined && (await bucketExists({ aws, signal }, held)) ? held : undefined,
      fileSystem: noted(fileSystem),
    };
  } catch (error) {
    throw operatorFailure(error, `read what an earlier run kept, in SSM under /${prefix}/kept/`, aws.region);
  }
}

async function bucketExists({ aws, signal }: Pick<OperatorWorld, 'aws' | 'signal'>, name: string): Promise<boolean> {
  try {
    await aws.s3.send(new HeadBucketCommand({ Bucket: name }), { abortSignal: signal });
    return true;
  } catch (error) {
    if (awsErrorFacts(error).status === 404) return false;
    throw operatorFailure(error, `look for the bucket ${name}`);
  }
}

/** Writes down what stays, before anything is deleted. */
export async function noteKeptData({ aws, signal }: OperatorWorld, prefix: string, kept: KeptData): Promise<void> {
  const name = parameterNames(prefix);
  const notes: [string, string | undefined][] = [
    [name.bucket, kept.bucket],
    [name.fileSystem, kept.fileSystem],
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

/** Forgets what was taken back, or is deleted now. */
export async function forgetKeptData({ aws }: OperatorWorld, prefix: string, what: keyof KeptData): Promise<void> {
  try {
    await aws.ssm.send(new DeleteParameterCommand({ Name: parameterNames(prefix)[what] }));
  } catch (error) {
    if (awsErrorFacts(error).code !== 'ParameterNotFound')
      throw operatorFailure(error, `delete the SSM parameter ${parameterNames(prefix)[what]}`);
  }
}
