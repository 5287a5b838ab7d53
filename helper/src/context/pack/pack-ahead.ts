import { contentSize, type Entry, hashedOther, isCounted, type Listing } from '../entries.ts';
import type { OpenFolders } from '../list/open-folders.ts';
import { generateWithFolders } from '../list/unchanged-files.ts';
import { type GzipMember, gzipBlocks } from './gzip-members.ts';
import type { FileHasher } from './hash-files.ts';
import { type CutArchive, cutIndices } from './segments.ts';
import { rootHeader } from './tar-headers.ts';
import { type Block, BlockBuffers, type PackProgress, TarWriter } from './tar-writer.ts';

/** Segments that are packed ahead are held in memory, and may be of no use. They take at most this many bytes. */
const MOST_HELD = 8 * 1024 * 1024;

/** A segment that is packed already: its first entry, and the one after its last. */
interface PackedSegment {
  from: number;
  to: number;
  members: GzipMember[];
}

/** The segments that were packed while their files were hashed. */
export class PackedAhead {
  readonly #segments = new Map<number, PackedSegment>();
  #heldBytes = 0;
  /** The buffers of the blocks. Whoever packs the remaining segments uses them, too. */
  readonly buffers = new BlockBuffers();

  /** Whether a segment that consists of this entry can still be held, even if it does not compress at all. */
  hasRoomFor(entry: Entry): boolean {
    return this.#heldBytes + contentSize(entry) < MOST_HELD;
  }

  add(member: GzipMember): void {
    const segment = this.#segments.get(member.segment) ?? { from: 0, to: 0, members: [] };
    const bytes = Buffer.concat(member.pieces);
    member.release();
    segment.members.push({ segment: member.segment, pieces: [bytes], release: () => {} });
    this.#segments.set(member.segment, segment);
    this.#heldBytes += bytes.length;
  }

  /** Sets a segment's first entry and the one after its last. */
  setBounds(index: number, from: number, to: number): void {
    this.#segments.set(index, { members: [], ...this.#segments.get(index), from, to });
  }

  /** Hands over a segment, once. Undefined if it is not held, or holds other entries because a file's size changed. */
  take(archive: CutArchive, index: number): readonly GzipMember[] | undefined {
    const members = this.has(archive, index) ? this.#segments.get(index)?.members : undefined;
    this.#segments.delete(index);
    return members;
  }

  /** Whether a segment is held and consists of the same entries as in the archive. */
  has({ segments }: CutArchive, index: number): boolean {
    const [wanted, packed] = [segments[index], this.#segments.get(index)];
    return Boolean(
      packed && wanted && packed.to > packed.from && packed.from === wanted.from && packed.to === wanted.to,
    );
  }
}

/**
 * Whether packing should begin before all files are hashed. `undecided`: nothing is known yet. `needless`: S3 probably has
 * most of the context already. A function: the context is new, and this returns the time of each file.
 */
export type PackAheadDecision = 'undecided' | 'needless' | ((path: string) => number);

interface PackAheadOptions {
  /** Usual size of a segment in bytes, unpacked. */
  usualSegment: number;
  /** Is kept up to date. */
  progress: PackProgress;
  /** Is asked before each segment. */
  decide: () => PackAheadDecision;
  /** Is called now and then. An error that it throws ends the work. */
  onTurn: () => void;
}

/**
 * Hashes the first files of a listing. As soon as the context is known to be new, it also packs and compresses them in the
 * same pass, because the other cores of the processor would be idle until everything is hashed. Files that are not packed here
 * are left to the hasher.
 * @throws Failure `build` if a file changed, vanished or cannot be read
 */
export async function hashAndPackAhead(
  { root, entries }: Pick<Listing, 'root' | 'entries'>,
  hasher: FileHasher,
  { usualSegment, progress, decide, onTurn }: PackAheadOptions,
): Promise<PackedAhead> {
  const { hashed } = hasher;
  const packed = new PackedAhead();
  const cuts = cutIndices(entries, usualSegment);
  let index = 0;
  for (; decide() === 'undecided' && index < cuts.length; index += 1) {
    await hasher.hashUpTo(cuts[index] ?? 0);
    // The answers that the decision waits for come through the event loop.
    await new Promise(setImmediate);
  }
  function* blocks(folders: OpenFolders): Generator<Block> {
    const writer = new TarWriter(folders, progress, packed.buffers, index);
    if (index === 0) yield* writer.put(rootHeader());
    for (const cut of cuts.slice(index)) {
      const timeOf = decide();
      const first = entries[hashed.length];
      if (typeof timeOf === 'string' || !first || !packed.hasRoomFor(first)) return;
      const from = hashed.length;
      for (const entry of entries.slice(from, cut)) {
        if (entry.kind === 'file') hashed.push(yield* writer.file({ ...entry, time: timeOf(entry.path) }));
        else {
          const other = hashedOther(entry, timeOf(entry.kind === 'hardlink' ? entry.target : entry.path));
          yield* writer.otherEntry(other);
          hashed.push(other);
        }
        if (isCounted(entry)) progress.files += 1;
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
