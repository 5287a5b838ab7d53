const MIB = 1024 * 1024;

/** Sizes of parts and segments, in bytes. Tests use smaller ones. */
export interface UploadLimits {
  /** Every part but the last must have at least this size. */
  leastPart: number;
  /** Size of a part that is sent: big enough for a fast line, small enough for a small controller. */
  usualPart: number;
  /** Largest part that S3 copies. S3 allows 5 GiB, but some smaller copies side by side are faster. */
  largestCopy: number;
  /**
   * Usual size of a segment, unpacked. Smaller segments make a longer index; larger ones send more again for one changed
   * file.
   */
  usualSegment: number;
}

export const UPLOAD_LIMITS: UploadLimits = {
  leastPart: 5 * MIB,
  usualPart: 5 * MIB,
  largestCopy: 256 * MIB,
  usualSegment: MIB,
};

/** S3 allows no more parts in an upload. */
const MOST_PARTS = 10_000;

/** An upper estimate of what an entry's header and padding take in the archive. */
const ENTRY_BYTES = 2_048;

/**
 * Chooses the limits for a context, so that its archive fits into S3's 10,000 parts even if nothing can be compressed. Half of
 * the parts are left for copies, and for files that grow before they are read.
 */
export function uploadLimits({ bytes, entries }: { bytes: number; entries: { length: number } }): UploadLimits {
  const archive = bytes + entries.length * ENTRY_BYTES;
  return {
    ...UPLOAD_LIMITS,
    usualPart: Math.max(UPLOAD_LIMITS.usualPart, Math.ceil(archive / (MOST_PARTS / 2) / MIB) * MIB),
  };
}

/** Splits a range into equal ranges of at most `most` bytes. */
export function splitRange(start: number, length: number, most: number): { start: number; length: number }[] {
  const count = Math.ceil(length / most);
  return Array.from({ length: count }, (_, part) => {
    const from = Math.floor((length * part) / count);
    return { start: start + from, length: Math.floor((length * (part + 1)) / count) - from };
  });
}
