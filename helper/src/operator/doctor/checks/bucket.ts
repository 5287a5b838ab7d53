import { AbortMultipartUploadCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { awsErrorFacts } from '../../../aws/errors.ts';
import type { CheckResult } from './check-result.ts';
import type { Connection } from './doctor-world.ts';
import type { PolicyDecision } from './simulate-policy.ts';

/** The answer of HeadBucket. */
type BucketHead = { region: string | undefined } | 'missing' | 'refused';

/** Asks whether the bucket exists, and in which region. It needs s3:ListBucket. */
export async function readBucket({ aws }: Connection, bucket: string, signal: AbortSignal): Promise<BucketHead> {
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

/** Whether these credentials may end an upload that does not exist. Whoever may not, may not send contexts either. */
type UploadProbe = 'allowed' | 'refused' | undefined;

/** Tries a call that builds make too and that changes nothing. It needs s3:AbortMultipartUpload. */
export async function probeUpload({ aws }: Connection, Bucket: string, signal: AbortSignal): Promise<UploadProbe> {
  const none = { Bucket, Key: 'contexts/fargate-ci-doctor', UploadId: 'fargate-ci-doctor' };
  try {
    await aws.s3.send(new AbortMultipartUploadCommand(none), { abortSignal: signal });
    return 'allowed';
  } catch (error) {
    const { code, status } = awsErrorFacts(error);
    return code === 'NoSuchUpload' ? 'allowed' : status === 403 ? 'refused' : undefined;
  }
}

/** What is known of the bucket. */
interface BucketFacts {
  readonly head: BucketHead;
  /** The region of builds. */
  readonly region: string;
  /** IAM's decisions; undefined where IAM could not be asked. */
  readonly decisions: readonly PolicyDecision[] | undefined;
  /** Undefined where it was not tried. */
  readonly probe: UploadProbe;
}

/** Checks whether build contexts can go to the bucket. Nothing is written to find that out. Pure. */
export function checkBucket(bucket: string, { head, region, decisions, probe }: BucketFacts): CheckResult<true> {
  if (head === 'missing') {
    return {
      state: 'problem',
      finding: `there is no bucket ${bucket}`,
      hint: 'deploy the builder stack, which makes one and writes its name down, or name yours: FARGATE_CI_BUCKET',
    };
  }
  if (typeof head === 'object' && head.region !== undefined && head.region !== region) {
    return {
      state: 'problem',
      finding: `the bucket ${bucket} is in ${head.region}, not in ${region}`,
      hint: "give the region that the builder stack is in (region, FARGATE_CI_REGION), or name that region's bucket",
    };
  }
  const writing = decisions?.filter(({ action }) => action === 's3:PutObject');
  if (writing?.some(({ verdict }) => verdict === 'denied')) {
    return {
      state: 'problem',
      finding: `${bucket} is there, but no context can be written to it: s3:PutObject on ${bucket}/contexts/* is refused`,
      hint: 'attach the caller policy of the builder stack (its output CallerPolicyArn) to this role or user',
    };
  }
  if (probe === 'refused') {
    return {
      state: 'problem',
      finding: `${bucket} is there, but these credentials may not send contexts to it: s3:AbortMultipartUpload on ${bucket}/contexts/* is refused`,
      hint: "attach the caller policy of the builder stack (its output CallerPolicyArn) to this role or user; where it is attached, the bucket is another account's, or its policy refuses",
    };
  }
  const isWritable = probe === 'allowed' || writing?.some(({ verdict }) => verdict === 'allowed');
  const finding = isWritable
    ? 'contexts can be written'
    : "whether it can be written to is not known, for want of IAM's answer";
  if (head === 'refused' && probe !== 'allowed') {
    return {
      state: 'unknown',
      finding: `these credentials may not see whether ${bucket} is there, and theirs; ${finding}`,
      hint: `allow s3:ListBucket on ${bucket} to see it; builds do not need that. Where that is allowed, the bucket is another account's`,
      details: ['HeadBucket: HTTP 403'],
    };
  }
  const where = head === 'refused' ? '' : ', in this region';
  return { state: 'ok', finding: `${bucket} is there${where}; ${finding}`, fact: true };
}
