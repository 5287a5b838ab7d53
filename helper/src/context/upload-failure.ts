import { awsErrorFacts, awsFailure, isAccessDenied } from '../aws/errors.ts';
import { Failure } from '../failure.ts';

/** The failure for an error of S3 while a context is sent: it names the bucket, and the permission if one is missing. */
export function uploadFailure(error: unknown, { bucket, key }: { bucket: string; key: string }): Failure {
  const doing = `upload the context to s3://${bucket}/${key}`;
  const options = { evidence: awsFailure(error, doing).evidence, cause: error };
  if (awsErrorFacts(error).code === 'NoSuchBucket') {
    return new Failure('aws', `could not ${doing}: there is no bucket ${bucket}`, {
      ...options,
      hint: "check the setting bucket: it is the builder stack's context bucket, in the same region",
    });
  }
  if (isAccessDenied(error)) {
    return new Failure('aws', `could not ${doing}: access denied`, {
      ...options,
      hint: `allow s3:PutObject and s3:AbortMultipartUpload on arn:aws:s3:::${bucket}/contexts/*: the builder stack's caller policy (its output CallerPolicyArn) does`,
    });
  }
  return awsFailure(error, doing);
}
