import {
  AbortMultipartUploadCommand,
  type CreateMultipartUploadCommandOutput,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { awsErrorFacts } from '../../aws/errors.ts';

/** What SDK and S3 call an upload. */
interface Upload {
  Bucket: string;
  Key: string;
  UploadId: string | undefined;
}

/** S3 tells in whole seconds when an upload was begun. */
const SECONDS_MS = 2_000;

/** True where an upload was completed or aborted, by whomever. */
export const isGoneUpload = (error: unknown): boolean => awsErrorFacts(error).code === 'NoSuchUpload';

/** True where the call was sent more than once: an answer that was lost may have begun an upload. */
export const isRepeated = ({ $metadata }: CreateMultipartUploadCommandOutput): boolean => ($metadata.attempts ?? 1) > 1;

/**
 * Uploads that lost answers to our own call may have begun: of the same caller and key, no later than ours, and no
 * earlier than the call. Another build that sends the same context at the same moment may be among them.
 * @param took the call, in milliseconds: compared by S3's clock alone
 * @returns none where we may not list them: the bucket's lifecycle rule aborts them in a day
 */
export async function lostUploads(
  s3: S3Client,
  { Bucket, Key, UploadId }: Upload,
  took: number,
  abortSignal: AbortSignal,
): Promise<Upload[]> {
  const list = new ListMultipartUploadsCommand({ Bucket, Prefix: Key });
  const { Uploads = [] } = await s3.send(list, { abortSignal }).catch(() => ({ Uploads: [] }));
  const ours = Uploads.find((one) => one.UploadId === UploadId);
  const begun = ours?.Initiated?.getTime();
  if (begun === undefined) return [];
  return Uploads.filter((one) => {
    const before = begun - (one.Initiated?.getTime() ?? 0);
    const isOld = before >= 0 && before <= took + SECONDS_MS;
    return isOld && one !== ours && one.Key === Key && one.Initiator?.ID === ours?.Initiator?.ID;
  }).map((one) => ({ Bucket, Key, UploadId: one.UploadId }));
}

/**
 * Aborts those that have no part when ours is at its end. One of another build that has sent no part all that time
 * loses nothing by it: where S3 knows its upload no more, it sends the context again (transfer.ts).
 */
export async function abortEmpty(s3: S3Client, uploads: readonly Upload[], abortSignal: AbortSignal): Promise<void> {
  for (const upload of uploads) {
    const { Parts = [] } = await s3.send(new ListPartsCommand(upload), { abortSignal });
    if (Parts.length === 0) await s3.send(new AbortMultipartUploadCommand(upload), { abortSignal });
  }
}

/**
 * An upload that S3 knows no more may have become its object: only the answer that said so was lost.
 * @param metadata what ours has, and no other object
 * @returns the object's ETag; undefined where it is not ours
 */
export async function findCompletedObject(
  s3: S3Client,
  { Bucket, Key }: Upload,
  metadata: Readonly<Record<string, string>>,
  error: unknown,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  if (awsErrorFacts(error).status !== 404) return undefined;
  const head = new HeadObjectCommand({ Bucket, Key });
  const found = await s3.send(head, { abortSignal }).catch(() => undefined);
  const isOurs = Object.entries(metadata).every(([name, value]) => found?.Metadata?.[name] === value);
  return isOurs ? found?.ETag : undefined;
}
