import { Header } from 'tar/header';
import { Pax } from 'tar/pax';
import { CONTEXT_FOLDER, DOCKERFILE_FOLDER } from '../archive-layout.ts';
import { contentSize, type Entry, type TimedEntry } from '../entries.ts';

/** The time of folders and symlinks, and of what has none of its own: zip takes it, too. */
const FIXED = Date.parse('2000-01-01T00:00:00Z') / 1000;
/** What a header's 11 octal digits hold: 8 GiB less one. */
const MOST_OCTAL = 0o77777777777;
/** What a header's name and prefix hold together, in bytes. */
const LONGEST_PLAIN = 256;
/** Of a header, and what all in an archive is a multiple of. */
export const TAR_UNIT = 512;

const TYPES = { folder: 'Directory', file: 'File', symlink: 'SymbolicLink', hardlink: 'Link', beside: 'File' } as const;
/** Written to for each entry, like the headers below. */
const mtime = new Date(FIXED * 1000);
const COMMON = { uid: 0, gid: 0, mtime };
/** One of each kind, used again and again: to make one takes longer than to write it. */
const HEADERS: Readonly<Record<Entry['kind'], Header>> = {
  folder: new Header({ ...COMMON, type: TYPES.folder }),
  file: new Header({ ...COMMON, type: TYPES.file }),
  symlink: new Header({ ...COMMON, type: TYPES.symlink }),
  hardlink: new Header({ ...COMMON, type: TYPES.hardlink }),
  beside: new Header({ ...COMMON, type: TYPES.beside }),
};

/** Bytes of zeros from a size up to the next multiple of 512. */
export const paddingSize = (size: number): number => (TAR_UNIT - (size % TAR_UNIT)) % TAR_UNIT;

const ZEROS = Buffer.alloc(TAR_UNIT);
export const paddingBytes = (size: number): Buffer => ZEROS.subarray(0, paddingSize(size));

/** Two empty blocks end an archive. */
export const ARCHIVE_END = Buffer.alloc(1024);

/** The folder that everything is in; the mode of the context's own folder is nobody's business in an image. */
export function rootHeader(): Buffer {
  return entryHeader({ kind: 'folder', path: '', mode: 0o755 });
}

/**
 * Writes the plain header of an entry, 512 bytes. Owner 0:0 without names.
 * @param entry for a file with the size that will follow
 * @returns false where a plain one cannot say it all: entryHeader can
 */
export function putHeader(entry: TimedEntry, into: Buffer, at: number): boolean {
  const header = HEADERS[entry.kind];
  const path = pathOf(entry);
  // No split makes a longer path fit, and node-tar tries them all: seconds for a tree of a thousand levels.
  const isLong = path.length > LONGEST_PLAIN || Buffer.byteLength(path) > LONGEST_PLAIN;
  header.path = isLong ? path.slice(0, 99) : path;
  header.mode = entry.mode;
  header.size = contentSize(entry);
  header.linkpath = targetOf(entry);
  mtime.setTime(timeOf(entry) * 1000);
  into.fill(0, at, at + TAR_UNIT);
  return !header.encode(into, at) && !isLong;
}

/**
 * The header of an entry, a PAX header before it where the plain one cannot say it: long or non-ASCII names and targets,
 * and sizes of 8 GiB and more.
 * @param entry for a file with the size that will follow
 */
export function entryHeader(entry: TimedEntry): Buffer {
  const plain = Buffer.alloc(TAR_UNIT);
  if (putHeader(entry, plain, 0)) return plain;
  const [size, linkpath] = [contentSize(entry), targetOf(entry)];
  const body = new Pax({
    path: pathOf(entry),
    ...(linkpath === '' ? {} : { linkpath }),
    ...(size > MOST_OCTAL ? { size } : {}),
  }).encodeBody();
  const length = Buffer.byteLength(body);
  const pax = Buffer.alloc(TAR_UNIT);
  mtime.setTime(FIXED * 1000);
  new Header({ ...COMMON, path: 'PaxHeader', mode: 0o644, size: length, type: 'ExtendedHeader' }).encode(pax);
  return Buffer.concat([pax, Buffer.from(body), paddingBytes(length), plain]);
}

const timeOf = (entry: TimedEntry): number => ('time' in entry ? entry.time : FIXED);
const pathOf = ({ kind, path }: Entry): string =>
  `${kind === 'beside' ? DOCKERFILE_FOLDER : CONTEXT_FOLDER}/${path}${kind === 'folder' && path !== '' ? '/' : ''}`;
const targetOf = (entry: Entry): string =>
  entry.kind === 'symlink' ? entry.target : entry.kind === 'hardlink' ? `${CONTEXT_FOLDER}/${entry.target}` : '';
