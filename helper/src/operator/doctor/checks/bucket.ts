import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { awsErrorFacts } from '../../../aws/errors.ts';
import type { Outcome } from '../check.ts';
import type { Decision } from '../simulate.ts';
import type { Connection } from '../world.ts';

/** What HeadBucket came to. */
export type Head = { region: string | undefined } | 'missing' | 'refused';

/** Asks for the bucket; needs s3:ListBucket. */
export async function readBucket({ aws }: Connection, bucket: string, signal: AbortSignal): Promise<Head> {
  try {
    const { BucketRegion } = await aws.s3.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal: signal });
    return { region: BucketRegion };
  } catch (error) {
    const { status } = awsErrorFacts(error);
    if (status === 404) return 'missing';
    if (status === 403) return 'refused';
    if (status !== 301) throw error;
    const headers: unknown = Reflect.get(Object(Reflect.get(Object(error), '$response')), 'headers');
    const region: unknown = Reflect.get(Object(headers), 'x-amz-bucket-region');
    return { region: typeof region === 'string' ? region : 'another region' };
  }
}

/**
 * Pure: whether build contexts can go to the bucket. Nothing is written to find out: IAM says.
 * @param decisions IAM's on S3; undefined where it could not be asked
 */
export function checkBucket(
  bucket: string,
  head: Head,
  region: string,
  decisions: readonly Decision[] | undefined,
): Outcome<true> {
  if (head === 'missing') {
    return {
      state: 'problem',
      says: `there is no bucket ${bucket}`,
      hint: 'deploy the builder stack, which makes one and writes its name down, or name yours: FARGATE_CI_BUCKET',
    };
  }
  if (typeof head === 'object' && head.region !== undefined && head.region !== region) {
    return {
      state: 'problem',
      says: `the bucket ${bucket} is in ${head.region}, not in ${region}`,
      hint: "give the region that the builder stack is in (region, FARGATE_CI_REGION), or name that region's bucket",
    };
  }
  const writing = decisions?.filter(({ action }) => action === 's3:PutObject');
  if (writing?.some(({ verdict }) => verdict === 'denied')) {
    return {
      state: 'problem',
      says: `${bucket} is there, but no context can be written to it: s3:PutObject on ${bucket}/contexts/* is refused`,
      hint: 'attach the caller policy of the builder stack (its output CallerPolicyArn) to this role or user',
    };
  }
  const sure = writing?.some(({ verdict }) => verdict === 'allowed');
  const says = sure ? 'contexts can be written' : "whether it can be written to is not known, for want of IAM's answer";
  if (head === 'refused') {
    return {
      state: 'unknown',
      says: `these credentials may not see whether ${bucket} is there, and theirs; ${says}`,
      hint: `allow s3:ListBucket on ${bucket} to see it; builds do not need that. Where that is allowed, the bucket is another account's`,
      details: ['HeadBucket: HTTP 403'],
    };
  }
  return { state: 'ok', says: `${bucket} is there, in this region; ${says}`, fact: true };
}
