const MIB = 1024 * 1024;

/** Bytes of a part: big enough for a fast line, small enough for a small controller. S3 takes no less than 5 MiB. */
const USUAL = 8 * MIB;
/** S3's own limit. */
const MOST_PARTS = 10_000;

/**
 * The size of a part so that an archive of so many bytes fits into S3's 10,000 parts, should nothing of it be squeezed.
 * Half of them is kept for headers, padding and files that grow until they are read.
 */
export function partSize(archiveBytes: number): number {
  return Math.max(USUAL, Math.ceil(archiveBytes / (MOST_PARTS / 2) / MIB) * MIB);
}

/** One part, numbered from 1; `last` is true for the last one, which may be empty only where it is the first. */
export interface Part {
  number: number;
  bytes: Buffer;
  last: boolean;
}

/** Cuts a stream into parts of `size` bytes, the last one shorter or equal. */
export async function* cut(source: AsyncIterable<Buffer>, size: number): AsyncGenerator<Part> {
  let held: Buffer[] = [];
  let length = 0;
  let number = 1;
  for await (const chunk of source) {
    held.push(chunk);
    length += chunk.length;
    // A part is let go only when something follows it: so the last one is known as such.
    while (length > size) {
      const bytes = Buffer.concat(held);
      yield { number, bytes: bytes.subarray(0, size), last: false };
      number += 1;
      held = [bytes.subarray(size)];
      length -= size;
    }
  }
  yield { number, bytes: Buffer.concat(held), last: true };
}
