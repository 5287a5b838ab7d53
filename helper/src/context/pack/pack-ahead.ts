import { contentSize, type Entry, hashedOther, isCounted, type Listing } from '../entries.ts';
import type { OpenFolders } from '../list/open-folders.ts';
import { generateWithFolders } from '../list/unchanged-files.ts';
import { type GzipMember, gzipBlocks } from './gzip-members.ts';
import type { FileHasher } from './hash-files.ts';
import { type CutArchive, cutIndices } from './segments.ts';
import { rootHeader } from './tar-headers.ts';
import { type Block, BlockBuffers, type PackProgress, TarWriter } from './tar-writer.ts';

/** What is packed before it is known whether it will be needed is held in memory: so many bytes of it. */
const MOST_HELD = 8 * 1024 * 1024;

/** A segment that is packed already. */
interface PackedSegment {
  from: number;
  to: number;
  members: GzipMember[];
}

/** What was packed while it was hashed. */
export class PackedAhead {
  readonly #segments = new Map<number, PackedSegment>();
  #held = 0;
  /** In which it was made; the rest may be, too. */
  readonly buffers = new BlockBuffers();

  /** Whether an entry's segment can be held, too; should it not be squeezed at all. */
  hasRoomFor(entry: Entry): boolean {
    return this.#held + contentSize(entry) < MOST_HELD;
  }

  add(member: GzipMember): void {
    const segment = this.#segments.get(member.segment) ?? { from: 0, to: 0, members: [] };
    const bytes = Buffer.concat(member.pieces);
    member.release();
    segment.members.push({ segment: member.segment, pieces: [bytes], release: () => {} });
    this.#segments.set(member.segment, segment);
    this.#held += bytes.length;
  }

  /** A segment's first entry and the one behind its last. */
  setBounds(index: number, from: number, to: number): void {
    this.#segments.set(index, { members: [], ...this.#segments.get(index), from, to });
  }

  /** Lets a segment go, once. Undefined where it is not held, or holds other entries: a file had another size meanwhile. */
  take(sealed: CutArchive, index: number): readonly GzipMember[] | undefined {
    const members = this.has(sealed, index) ? this.#segments.get(index)?.members : undefined;
    this.#segments.delete(index);
    return members;
  }

  /** Whether a segment is held, and holds what is wanted of it. */
  has({ segments }: CutArchive, index: number): boolean {
    const [wanted, held] = [segments[index], this.#segments.get(index)];
    return Boolean(held && wanted && held.to > held.from && held.from === wanted.from && held.to === wanted.to);
  }
}

/**
 * What is known of a context by now, while it is hashed: `nothing yet`; that it is much like another one, so that packing it
 * would be needless; or that it is a new one, and each file's time.
 */
export type PackAheadDecision = 'nothing yet' | 'needless' | ((path: string) => number);

/**
 * Hashes the first files of a listing, and packs and squeezes them in the same breath as soon as it is known to be a new
 * one: the processor's other cores would wait for its hash. Until then files are hashed only, and what is not to be packed is
 * left to the sealer, from where it is then.
 * @param usual bytes of a segment, unpacked
 * @param outlook asked at each end of a segment
 * @throws Failure `build` where a file changed, vanished or cannot be read
 */
export async function hashAndPackAhead(
  { root, entries }: Pick<Listing, 'root' | 'entries'>,
  usual: number,
  counter: PackProgress,
  sealer: FileHasher,
  outlook: () => PackAheadDecision,
  onTurn: () => void,
): Promise<PackedAhead> {
  const { hashed: sealed } = sealer;
  const packed = new PackedAhead();
  const cuts = cutIndices(entries, usual);
  let index = 0;
  for (; outlook() === 'nothing yet' && index < cuts.length; index += 1) {
    await sealer.hashUpTo(cuts[index] ?? 0);
    // What is waited for must be able to come.
    await new Promise(setImmediate);
  }
  function* blocks(folders: OpenFolders): Generator<Block> {
    const writer = new TarWriter(folders, counter, packed.buffers, index);
    if (index === 0) yield* writer.put(rootHeader());
    for (const cut of cuts.slice(index)) {
      const timeOf = outlook();
      const first = entries[sealed.length];
      if (typeof timeOf === 'string' || !first || !packed.hasRoomFor(first)) return;
      const from = sealed.length;
      for (const entry of entries.slice(from, cut)) {
        if (entry.kind === 'file') sealed.push(yield* writer.file({ ...entry, time: timeOf(entry.path) }));
        else {
          const other = hashedOther(entry, timeOf(entry.kind === 'hardlink' ? entry.target : entry.path));
          yield* writer.otherEntry(other);
          sealed.push(other);
        }
        if (isCounted(entry)) counter.files += 1;
      }
      packed.setBounds(index, from, cut);
      index += 1;
      yield* writer.endSegment(index);
    }
  }
  for await (const member of gzipBlocks(generateWithFolders(root, blocks))) {
    onTurn();
    packed.add(member);
  }
  return packed;
}
