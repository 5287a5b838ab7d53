import { crc32 } from '../pack/crc32.ts';
import type { GzipMember } from '../pack/gzip-members.ts';
import type { SegmentRange } from './archive-index.ts';
import { splitRange, type UploadLimits } from './part-limits.ts';
import { type CopiedRun, type SegmentRun, totalLength } from './reuse-plan.ts';

/** Something that S3 copies from: an object, as long as it has this ETag. */
export interface CopySource {
  key: string;
  etag: string;
}

/** The next part of an archive on S3. */
export type UploadPart =
  | { kind: 'bytes'; bytes: Buffer /** Called when they were sent: the buffer is used again. */; release: () => void }
  | { kind: 'copy'; from: CopySource | Promise<CopySource>; start: number; length: number };

/** What the pieces are made with. */
export interface PartsRequest {
  limits: UploadLimits;
  /** What `copied` runs are copied from. */
  source: CopySource | undefined;
  /** Packs segments, by their index, in this order. */
  pack(segments: readonly number[]): AsyncIterable<GzipMember>;
  /** Takes what a segment became, in their order. */
  onSegment(index: number, range: Omit<SegmentRange, 'start'>): void;
  /** The segments' names. */
  ids: readonly string[];
  /**
   * Puts bytes that are too few for a part behind a range of the source, as an object of their own: as the last part they
   * may be as few as they are, and the whole can be copied then.
   */
  bridge(base: { start: number; length: number }, bytes: Buffer): Promise<CopySource>;
}

interface ByteRange {
  start: number;
  length: number;
}

/**
 * Makes the parts of an archive, one after the other, from what planRuns has decided. All but the last are large enough
 * for S3: bytes that are too few go behind the copy before them, by way of a bridge; at the beginning, where there is
 * none, more is sent than had to be.
 */
export async function* makeParts(planned: readonly SegmentRun[], making: PartsRequest): AsyncGenerator<UploadPart> {
  const { limits, source, pack } = making;
  const runs = [...planned];
  const ranges = new SegmentRecorder(making);
  const spare: Buffer[] = [];
  /** The copy before, which is let go once nothing needs its end. */
  let held: ByteRange | undefined;
  const copies = ({ start, length }: ByteRange, from: CopySource | Promise<CopySource>): UploadPart[] =>
    splitRange(start, length, limits.largestCopy).map((reach) => ({ kind: 'copy', from, ...reach }));
  const letGo = (): UploadPart[] => {
    const pieces = held && source ? copies(held, source) : [];
    held = undefined;
    return pieces;
  };
  for (let run = runs.shift(); run; run = runs.shift()) {
    if (run.kind === 'copied') {
      yield* letGo();
      held = { start: run.ranges[0]?.start ?? 0, length: totalLength(run.ranges) };
      ranges.copied(run);
      continue;
    }
    const pending = new PartBuffer(limits.usualPart, spare);
    let sent = false;
    for (let segments: readonly number[] | undefined = run.segments; segments; ) {
      for await (const member of pack(segments)) {
        ranges.packed(member);
        for (const piece of member.pieces) pending.put(piece);
        member.release();
        // Enough is kept back for another part, whatever follows. (The first waits, too: less than two are sent in one go.)
        while (pending.size >= limits.usualPart + (sent && runs.length === 0 ? 0 : limits.leastPart)) {
          yield* letGo();
          yield { kind: 'bytes', ...pending.shift() };
          sent = true;
        }
      }
      segments = !sent && !held && pending.size < limits.leastPart ? takeFromNext(runs, limits.leastPart) : undefined;
    }
    const { size } = pending;
    if (held && source && runs.length > 0 && size < limits.leastPart) {
      // As little as will do, so that S3 has little to copy twice, and what is left is still enough for a part.
      const least = held.length < 2 * limits.leastPart ? held.length : limits.leastPart;
      const base = { start: held.start + held.length - least, length: least };
      held = { start: held.start, length: held.length - least };
      yield* letGo();
      const bridge = making.bridge(base, pending.rest());
      // Its failure is thrown when its turn comes.
      bridge.catch(() => {});
      yield* copies({ start: 0, length: least + size }, bridge);
    } else {
      yield* letGo();
      if (size > 0) yield { kind: 'bytes', bytes: pending.rest(), release: () => {} };
    }
  }
  yield* letGo();
  ranges.end();
}

/** Takes what is sent, too, from the runs to come, as little as possible: their first segment, or what else is sent. */
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

/** Keeps account of the segments: which bytes of the archive are whose. */
class SegmentRecorder {
  #index = -1;
  #length = 0;
  #crc = 0;

  constructor(private readonly making: Pick<PartsRequest, 'onSegment' | 'ids'>) {}

  copied({ first, ranges }: CopiedRun): void {
    this.end();
    for (const [n, range] of ranges.entries()) this.making.onSegment(first + n, range);
  }

  packed({ segment, pieces }: GzipMember): void {
    if (segment !== this.#index) this.end();
    this.#index = segment;
    for (const piece of pieces) {
      this.#length += piece.length;
      this.#crc = crc32(piece, this.#crc);
    }
  }

  end(): void {
    const [id, length, crc] = [this.making.ids[this.#index], this.#length, this.#crc];
    if (id !== undefined) this.making.onSegment(this.#index, { id, length, crc });
    this.#index = -1;
    this.#length = 0;
    this.#crc = 0;
  }
}

/** Bytes that wait for being enough, in buffers of a part each. */
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

  /** Copies the bytes. */
  put(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const free = this.#buffers.length * this.part - this.#size;
      if (free === 0) this.#buffers.push(this.spare.pop() ?? Buffer.allocUnsafeSlow(this.part));
      const copied = bytes.copy(this.#buffers.at(-1) ?? bytes, this.#size % this.part, at);
      at += copied;
      this.#size += copied;
    }
  }

  /** The first part, which must be full. */
  shift(): { bytes: Buffer; release: () => void } {
    const bytes = this.#buffers.shift() ?? Buffer.alloc(0);
    this.#size -= bytes.length;
    return { bytes, release: () => this.spare.push(bytes) };
  }

  /** All that is left. */
  rest(): Buffer {
    const rest = Buffer.concat(this.#buffers, this.#size);
    this.spare.push(...this.#buffers.splice(0));
    this.#size = 0;
    return rest;
  }
}
