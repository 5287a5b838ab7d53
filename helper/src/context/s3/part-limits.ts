const MIB = 1024 * 1024;

/** Sizes in bytes: of S3's parts, the last of which may be smaller, and of segments. A test may do with less. */
export interface UploadLimits {
  /** No part but the last is smaller. */
  leastPart: number;
  /** Of bytes that are sent: big enough for a fast line, small enough for a small controller. */
  usualPart: number;
  /** Of bytes that S3 copies. It takes 5 GiB; some smaller ones side by side are done sooner. */
  largestCopy: number;
  /** Of a segment, unpacked, usually. Smaller: more of them; larger: more is sent again for one file. */
  usualSegment: number;
}

export const UPLOAD_LIMITS: UploadLimits = {
  leastPart: 5 * MIB,
  usualPart: 5 * MIB,
  largestCopy: 256 * MIB,
  usualSegment: MIB,
};

/** S3's own limit. */
const MOST_PARTS = 10_000;

/** What an entry takes in an archive beside its bytes: header and padding, at the most that is usual. */
const ENTRY_BYTES = 2_048;

/**
 * The limits for a context: its archive fits into S3's 10,000 parts, should nothing of it be squeezed. Half of them is
 * kept for copies, and for files that grow until they are read.
 */
export function uploadLimits({ bytes, entries }: { bytes: number; entries: { length: number } }): UploadLimits {
  const archive = bytes + entries.length * ENTRY_BYTES;
  return {
    ...UPLOAD_LIMITS,
    usualPart: Math.max(UPLOAD_LIMITS.usualPart, Math.ceil(archive / (MOST_PARTS / 2) / MIB) * MIB),
  };
}

/** Cuts a range into equal ones of at most `most` bytes. */
export function splitRange(start: number, length: number, most: number): { start: number; length: number }[] {
  const count = Math.ceil(length / most);
  return Array.from({ length: count }, (_, part) => {
    const from = Math.floor((length * part) / count);
    return { start: start + from, length: Math.floor((length * (part + 1)) / count) - from };
  });
}
