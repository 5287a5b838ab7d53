import { type Block, Buffers, type Counter, Writer } from './archive.ts';
import { type Member, squeeze } from './compress.ts';
import { type Entry, isCounted, type Listing, type SealedEntry, sizeOf } from './entries.ts';
import type { Folders } from './folders.ts';
import { rootHeader } from './header.ts';
import { whileFoldersOpen } from './read.ts';
import { Cutter, type Sealed } from './segments.ts';

/** What is packed before it is known whether it will be needed is held in memory: so many bytes of it. */
const MOST_HELD = 8 * 1024 * 1024;

/** A segment that is packed already. */
interface PackedSegment {
  from: number;
  to: number;
  members: Member[];
}

/** What was packed while it was hashed. */
export class Packed {
  readonly #segments = new Map<number, PackedSegment>();
  #held = 0;
  /** In which it was made; the rest may be, too. */
  readonly buffers = new Buffers();

  /** Whether an entry's segment can be held, too; should it not be squeezed at all. */
  hasRoomFor(entry: Entry): boolean {
    return this.#held + sizeOf(entry) < MOST_HELD;
  }

  add(member: Member): void {
    const segment = this.#segments.get(member.segment) ?? { from: 0, to: 0, members: [] };
    const bytes = Buffer.concat(member.pieces);
    member.release();
    segment.members.push({ segment: member.segment, pieces: [bytes], release: () => {} });
    this.#segments.set(member.segment, segment);
    this.#held += bytes.length;
  }

  /** A segment's first entry and the one behind its last. */
  bound(index: number, from: number, to: number): void {
    this.#segments.set(index, { members: [], ...this.#segments.get(index), from, to });
  }

  /** Lets a segment go, once. Undefined where it is not held, or holds other entries: a file had another size meanwhile. */
  take({ segments }: Sealed, index: number): readonly Member[] | undefined {
    const [wanted, held] = [segments[index], this.#segments.get(index)];
    this.#segments.delete(index);
    const isThat = held && wanted && held.to > held.from && held.from === wanted.from && held.to === wanted.to;
    return isThat ? held.members : undefined;
  }
}

/**
 * Hashes the first files of a listing, and packs and squeezes them in the same breath: where nothing is known of a context,
 * the processor's other cores would wait for its hash.
 * @param usual bytes of a segment, unpacked
 * @param isNeedless asked at each end of a segment; once true, the rest is left to others
 * @returns the first entries, and their segments
 * @throws Failure `build` where a file changed, vanished or cannot be read
 */
export async function sealEagerly(
  { root, entries }: Pick<Listing, 'root' | 'entries'>,
  usual: number,
  counter: Counter,
  isNeedless: () => boolean,
  onTurn: () => void,
): Promise<{ sealed: SealedEntry[]; packed: Packed }> {
  const sealed: SealedEntry[] = [];
  const packed = new Packed();
  function* blocks(folders: Folders): Generator<Block> {
    const writer = new Writer(folders, counter, packed.buffers);
    const cutter = new Cutter(usual);
    let [index, from] = [0, 0];
    function* cut(): Generator<Block> {
      packed.bound(index, from, sealed.length);
      index += 1;
      from = sealed.length;
      yield* writer.end(index);
    }
    yield* writer.put(rootHeader());
    for (const entry of entries) {
      const { before, after } = cutter.next(entry);
      if (before) yield* cut();
      if (from === sealed.length && (isNeedless() || !packed.hasRoomFor(entry))) return;
      if (entry.kind === 'file') sealed.push(yield* writer.file(entry));
      else {
        yield* writer.bare(entry);
        sealed.push(entry);
      }
      if (isCounted(entry)) counter.files += 1;
      if (after) yield* cut();
    }
    if (from < sealed.length) yield* cut();
  }
  for await (const member of squeeze(whileFoldersOpen(root, blocks))) {
    onTurn();
    packed.add(member);
  }
  return { sealed, packed };
}
