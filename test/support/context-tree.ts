import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Parser } from 'tar';
import { type HashedEntry, type Listing, wholeArchive } from '../../helper/src/context/entries.ts';
import { listContext } from '../../helper/src/context/list/list-context.ts';
import { gzipBlocks } from '../../helper/src/context/pack/gzip-members.ts';
import { FileHasher } from '../../helper/src/context/pack/hash-files.ts';
import { type CutArchive, cutArchive } from '../../helper/src/context/pack/segments.ts';
import { writeSegments } from '../../helper/src/context/pack/tar-writer.ts';
import { UPLOAD_LIMITS } from '../../helper/src/context/s3/part-limits.ts';
import type { Event } from '../../helper/src/report/events.ts';

/** A tree by path: a file's text (and mode), `null` for a folder, a link's target, or the file that a hard link names. */
export type Node =
  | string
  | null
  | { text: string; mode: number }
  | { folder: number }
  | { link: string }
  | { twin: string };
export type Tree = Readonly<Record<string, Node>>;

const made: string[] = [];

/** Makes an empty folder. Call `removeTrees` in afterAll to remove it. */
export function makeFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'context-test-'));
  made.push(root);
  return root;
}

export function removeTrees(): void {
  for (const root of made.splice(0)) {
    execFileSync('chmod', ['-R', 'u+rwX', root]);
    rmSync(root, { recursive: true, force: true });
  }
}

/** Makes a tree with a Dockerfile in a new folder; returns the folder. */
export function makeTree(tree: Tree): string {
  const root = makeFolder();
  const whole: Tree = { Dockerfile: 'FROM scratch\n', ...tree };
  for (const [path, node] of Object.entries(whole)) {
    const disk = join(root, path);
    mkdirSync(dirname(disk), { recursive: true });
    if (node === null) mkdirSync(disk, { recursive: true });
    else if (typeof node === 'string') writeFileSync(disk, node, { mode: 0o644 });
    else if ('link' in node) symlinkSync(node.link, disk);
    else if ('twin' in node) linkSync(join(root, node.twin), disk);
    else if ('folder' in node) mkdirSync(disk, { recursive: true });
    else writeFileSync(disk, node.text);
  }
  // Modes come last, because a folder's mode may forbid to write into it.
  for (const [path, node] of Object.entries(tree)) {
    if (node !== null && typeof node === 'object' && 'mode' in node) chmodSync(join(root, path), node.mode);
    if (node !== null && typeof node === 'object' && 'folder' in node) chmodSync(join(root, path), node.folder);
  }
  return root;
}

/** Lists a folder; also returns the events that were reported. */
export async function listFolder(
  root: string,
  options: { dockerfile?: string; ignore?: readonly string[] } = {},
): Promise<{ listing: Listing; events: Event[]; paths: string[] }> {
  const events: Event[] = [];
  const listing = await listContext({ root, dockerfile: 'Dockerfile', ignore: [], ...options }, (event) =>
    events.push(event),
  );
  return { listing, events, paths: listing.entries.map(({ path }) => path) };
}

/** Hashes a whole listing. */
export async function hashListing(
  listing: Pick<Listing, 'root' | 'entries'>,
  known: ConstructorParameters<typeof FileHasher>[1] = () => undefined,
  onTurn: () => void = () => {},
): Promise<HashedEntry[]> {
  const hasher = new FileHasher(listing, known, onTurn);
  try {
    await hasher.hashUpTo(listing.entries.length);
    return hasher.hashed;
  } finally {
    hasher.close();
  }
}

/** Hashes and cuts a listing. Files get the times that are given by path; all others get one fixed time. */
export async function hashAndCut(
  listing: Listing,
  times: ReadonlyMap<string, number> = new Map(),
): Promise<CutArchive> {
  const entries = await hashListing(wholeArchive(listing));
  for (const entry of entries) if ('time' in entry) entry.time = times.get(entry.path) ?? 1_000_000_000;
  return cutArchive(entries, UPLOAD_LIMITS.usualSegment);
}

/** The times of the context's entries in a plain tar, in seconds since the epoch, by path. */
export async function timesIn(plain: Buffer): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  const parser = new Parser({
    onReadEntry: (entry) => {
      const [, path] = /^ctx\/(.*?)\/?$/s.exec(entry.path) ?? [];
      if (path !== undefined) times.set(path, (entry.mtime?.getTime() ?? 0) / 1000);
      entry.resume();
    },
  });
  await new Promise<void>((done, failed) => {
    parser.on('end', done);
    parser.on('error', failed);
    parser.end(plain);
  });
  return times;
}

/** The plain tar of a listing, with the times that another plain tar has. */
export const packWithTimesOf = async (plain: Buffer, listing: Listing): Promise<Buffer> =>
  gunzipSync(await packArchive(listing, await hashAndCut(listing, await timesIn(plain))));

/** The whole archive, compressed. */
export async function packArchive(listing: Listing, contents?: CutArchive): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const { pieces, release } of gzipBlocks(archiveBlocks(listing, contents ?? (await hashAndCut(listing))))) {
    chunks.push(Buffer.concat(pieces));
    release();
  }
  return Buffer.concat(chunks);
}

/** The blocks of the whole archive. */
export const archiveBlocks = ({ root }: Listing, contents: CutArchive) =>
  writeSegments(root, contents, contents.segments.keys(), { progress: { files: 0, bytes: 0 } });

/** The whole archive as a plain tar. */
export async function packTar(listing: Listing): Promise<Buffer> {
  return gunzipSync(await packArchive(listing));
}

/** Runs something as a user who may not read everything: root steps aside to `nobody` for as long as it takes. */
export async function asNobody<T>(root: string, run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run();
  chmodSync(root, 0o755);
  process.seteuid?.(65534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
