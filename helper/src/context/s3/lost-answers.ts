import {
  AbortMultipartUploadCommand,
  type CreateMultipartUploadCommandOutput,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { awsErrorFacts } from '../../aws/errors.ts';

/** An upload, with the names that the SDK and S3 use. */
interface Upload {
  Bucket: string;
  Key: string;
  UploadId: string | undefined;
}

/** S3 tells the start of an upload in whole seconds only, so two times may differ by this much more. */
const SECONDS_MS = 2_000;

/** True if the upload was completed or aborted, by us or by somebody else. */
export const isGoneUpload = (error: unknown): boolean => awsErrorFacts(error).code === 'NoSuchUpload';

/** True if the call was sent more than once: the first call may have begun an upload although its answer was lost. */
export const isRepeated = ({ $metadata }: CreateMultipartUploadCommandOutput): boolean => ($metadata.attempts ?? 1) > 1;

/**
 * Finds uploads that our own call may have begun before the answer was lost: by the same caller, for the same key, no later
 * than ours, and no earlier than the call. They may include the upload of another build that sends the same context now.
 * @param took how long the call took, in milliseconds. Only times by S3's clock are compared
 * @returns nothing if we may not list uploads; the bucket's lifecycle rule aborts them within a day
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
 * Aborts those uploads that have no part by the time that ours ends. If one of them belongs to another build, that build sends
 * its context again, because S3 does not know its upload any more (see transfer.ts).
 */
export async function abortEmpty(s3: S3Client, uploads: readonly Upload[], abortSignal: AbortSignal): Promise<void> {
  for (const upload of uploads) {
    const { Parts = [] } = await s3.send(new ListPartsCommand(upload), { abortSignal });
    if (Parts.length === 0) await s3.send(new AbortMultipartUploadCommand(upload), { abortSignal });
  }
}

/**
 * Checks whether an upload that S3 does not know any more was completed, and only the answer was lost.
 * @param metadata which only our object has
 * @returns the object's ETag; undefined if the object is not ours
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
