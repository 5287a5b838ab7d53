import { Crc32 } from '@smithy/core/checksum';
import type { GzipMember } from '../pack/gzip-members.ts';
import type { SegmentRange } from './archive-index.ts';
import { splitRange, type UploadLimits } from './part-limits.ts';
import { type CopiedRun, type SegmentRun, totalLength } from './reuse-plan.ts';

/** An object that S3 copies from. The copy fails if the object has another ETag meanwhile. */
export interface SourceObject {
  key: string;
  etag: string;
}

/** A part of an upload. `release` is called when the bytes were sent; their buffer is then used again. */
export type UploadPart =
  | { kind: 'bytes'; bytes: Buffer; release: () => void }
  | { kind: 'copy'; from: SourceObject | Promise<SourceObject>; start: number; length: number };

/** What makeParts needs. */
export interface PartsRequest {
  limits: UploadLimits;
  /** The object that `copied` runs are copied from. */
  source: SourceObject | undefined;
  /** Packs the segments with these indices, in this order. */
  pack(segments: readonly number[]): AsyncIterable<GzipMember>;
  /** Is called with each segment's id, length and checksum in the new archive, in the order of the segments. */
  onSegment(index: number, range: Omit<SegmentRange, 'start'>): void;
  /** The ids of the segments. */
  ids: readonly string[];
  /**
   * Makes a small object for a moment: a range of the source, followed by bytes that are too few for a part. In this object they
   * are the last part, which may be small. Then S3 can copy the whole object as one part.
   */
  bridge(base: { start: number; length: number }, bytes: Buffer): Promise<SourceObject>;
}

interface ByteRange {
  start: number;
  length: number;
}

/**
 * Makes the parts of an archive in their order, as planReuse has planned them. All but the last must be large enough for S3. If
 * the bytes to send between two copies are too few for a part, they are joined to the copy before them through a bridge. At the
 * beginning there is no copy before them, so more is sent than is new.
 */
export async function* makeParts(planned: readonly SegmentRun[], request: PartsRequest): AsyncGenerator<UploadPart> {
  const { limits, source, pack } = request;
  const runs = [...planned];
  const segments = new SegmentRecorder(request);
  const spare: Buffer[] = [];
  /** The last copy. It is held back until the bytes after it are known not to need its end. */
  let heldCopy: ByteRange | undefined;
  const copies = ({ start, length }: ByteRange, from: SourceObject | Promise<SourceObject>): UploadPart[] =>
    splitRange(start, length, limits.largestCopy).map((range) => ({ kind: 'copy', from, ...range }));
  const takeHeldCopy = (): UploadPart[] => {
    const parts = heldCopy && source ? copies(heldCopy, source) : [];
    heldCopy = undefined;
    return parts;
  };
  for (let run = runs.shift(); run; run = runs.shift()) {
    if (run.kind === 'copied') {
      yield* takeHeldCopy();
      heldCopy = { start: run.ranges[0]?.start ?? 0, length: totalLength(run.ranges) };
      segments.addCopied(run);
      continue;
    }
    const pending = new PartBuffer(limits.usualPart, spare);
    let hasSent = false;
    for (let indices: readonly number[] | undefined = run.segments; indices; ) {
      for await (const member of pack(indices)) {
        segments.addPacked(member);
        for (const piece of member.pieces) pending.put(piece);
        member.release();
        // Hold back one minimum part, so that whatever follows ends in a valid part. The first part waits, too: less than two
        // parts are sent in one request.
        while (pending.size >= limits.usualPart + (hasSent && runs.length === 0 ? 0 : limits.leastPart)) {
          yield* takeHeldCopy();
          yield { kind: 'bytes', ...pending.shift() };
          hasSent = true;
        }
      }
      indices =
        !hasSent && !heldCopy && pending.size < limits.leastPart ? takeFromNext(runs, limits.leastPart) : undefined;
    }
    const { size } = pending;
    if (heldCopy && source && runs.length > 0 && size < limits.leastPart) {
      // S3 copies the base twice, so take as little as possible; but what is left of the copy must still be a valid part.
      const least = heldCopy.length < 2 * limits.leastPart ? heldCopy.length : limits.leastPart;
      const base = { start: heldCopy.start + heldCopy.length - least, length: least };
      heldCopy = { start: heldCopy.start, length: heldCopy.length - least };
      yield* takeHeldCopy();
      const bridge = request.bridge(base, pending.rest());
      // Whoever uploads the part gets the error; until then it must not end the process.
      bridge.catch(() => {});
      yield* copies({ start: 0, length: least + size }, bridge);
    } else {
      yield* takeHeldCopy();
      if (size > 0) yield { kind: 'bytes', bytes: pending.rest(), release: () => {} };
    }
  }
  yield* takeHeldCopy();
  segments.end();
}

/**
 * Takes more segments to send from the runs that follow, as few as possible: the first segment of a copy, or all of a fresh run.
 */
function takeFromNext(runs: SegmentRun[], least: number): readonly number[] | undefined {
  const next = runs.shift();
  if (next === undefined || next.kind === 'fresh') return next?.segments;
  const rest: CopiedRun = { ...next, first: next.first + 1, ranges: next.ranges.slice(1) };
  if (rest.ranges.length > 0 && (runs.length === 0 || totalLength(rest.ranges) >= least)) {
    runs.unshift(rest);
    return [next.first];
  }
  return next.ranges.map((_, n) => next.first + n);
}

/** Reports to `onSegment` which bytes of the archive belong to which segment. */
class SegmentRecorder {
  #index = -1;
  #length = 0;
  readonly #crc = new Crc32();

  constructor(private readonly request: Pick<PartsRequest, 'onSegment' | 'ids'>) {}

  addCopied({ first, ranges }: CopiedRun): void {
    this.end();
    for (const [n, range] of ranges.entries()) this.request.onSegment(first + n, range);
  }

  addPacked({ segment, pieces }: GzipMember): void {
    if (segment !== this.#index) this.end();
    this.#index = segment;
    for (const piece of pieces) {
      this.#length += piece.length;
      this.#crc.update(piece);
    }
  }

  /** Reports the packed segment that was added last. */
  end(): void {
    const [id, length, crc] = [this.request.ids[this.#index], this.#length, this.#crc.digestSync()];
    if (id !== undefined) this.request.onSegment(this.#index, { id, length, crc });
    this.#index = -1;
    this.#length = 0;
    this.#crc.reset();
  }
}

/** Collects bytes until they are enough for a part. Each of its buffers has the size of a part. */
class PartBuffer {
  readonly #buffers: Buffer[] = [];
  #size = 0;

  constructor(
    private readonly part: number,
    private readonly spare: Buffer[],
  ) {}

  get size(): number {
    return this.#size;
  }

  /** Adds a copy of the bytes. */
  put(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const free = this.#buffers.length * this.part - this.#size;
      if (free === 0) this.#buffers.push(this.spare.pop() ?? Buffer.allocUnsafeSlow(this.part));
      const copied = bytes.copy(this.#buffers.at(-1) ?? bytes, this.#size % this.part, at);
      at += copied;
      this.#size += copied;
    }
  }

  /** Takes the first part. It must be full. */
  shift(): { bytes: Buffer; release: () => void } {
    const bytes = this.#buffers.shift() ?? Buffer.alloc(0);
    this.#size -= bytes.length;
    return { bytes, release: () => this.spare.push(bytes) };
  }

  /** Takes everything that is left. */
  rest(): Buffer {
    const rest = Buffer.concat(this.#buffers, this.#size);
    this.spare.push(...this.#buffers.splice(0));
    this.#size = 0;
    return rest;
  }
}
