import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

/** Small buffers are gathered to this size: each write costs zlib a trip to another thread. */
const GATHERED = 128 * 1024;

async function* gather(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const part of source) {
    parts.push(part);
    size += part.length;
    if (size < GATHERED) continue;
    yield parts.length === 1 ? part : Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(parts);
}

/** Level 4 takes three quarters of level 6's time for 2 to 7% more bytes (measured on sources and on node_modules). */
const LEVEL = 4;

/** Squeezes a stream by gzip: no name and no time in the header, so that the same bytes make the same bytes. */
export async function* gzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const zip = createGzip({ level: LEVEL, chunkSize: GATHERED });
  // An error of the source destroys `zip` with it, and leaving the loop destroys the source.
  pipeline(Readable.from(gather(source), { highWaterMark: 2 }), zip, () => {});
  for await (const chunk of zip) yield chunk;
}
