import { Header } from 'tar/header';
import { Pax } from 'tar/pax';
import { CONTEXT_FOLDER, DOCKERFILE_FOLDER } from '../archive-layout.ts';
import { contentSize, type Entry, type TimedEntry } from '../entries.ts';

/** The time of folders, symlinks and kaniko's own files. zip accepts it; it refuses times before 1980. */
const FIXED_TIME = Date.parse('2000-01-01T00:00:00Z') / 1000;
/** The largest size that the header's 11 octal digits can express: 8 GiB less one. */
const LARGEST_OCTAL = 0o77777777777;
/** Bytes that the header's fields name and prefix can hold together. */
const LONGEST_HEADER_PATH = 256;
/** Size of a header in bytes. Everything in a tar archive is padded to a multiple of it. */
export const TAR_UNIT = 512;

const TYPES = { folder: 'Directory', file: 'File', symlink: 'SymbolicLink', hardlink: 'Link', beside: 'File' } as const;
/** Shared by all headers below, and set anew for each entry. */
const mtime = new Date(FIXED_TIME * 1000);
const COMMON = { uid: 0, gid: 0, mtime };
/** One header of each kind, which is reused: making a header takes longer than writing it. */
const HEADERS: Readonly<Record<Entry['kind'], Header>> = {
  folder: new Header({ ...COMMON, type: TYPES.folder }),
  file: new Header({ ...COMMON, type: TYPES.file }),
  symlink: new Header({ ...COMMON, type: TYPES.symlink }),
  hardlink: new Header({ ...COMMON, type: TYPES.hardlink }),
  beside: new Header({ ...COMMON, type: TYPES.beside }),
};

/** Zero bytes that are needed to pad a size to a multiple of 512. */
export const paddingSize = (size: number): number => (TAR_UNIT - (size % TAR_UNIT)) % TAR_UNIT;

const ZEROS = Buffer.alloc(TAR_UNIT);
export const paddingBytes = (size: number): Buffer => ZEROS.subarray(0, paddingSize(size));

/** Two blocks of zeros mark the end of an archive. */
export const ARCHIVE_END = Buffer.alloc(1024);

/** The header of the context's folder itself. Its mode is fixed, because it must not depend on the workspace. */
export function rootHeader(): Buffer {
  return entryHeader({ kind: 'folder', path: '', mode: 0o755 });
}

/**
 * Writes an entry's header of 512 bytes, with owner 0:0 and without names of owners.
 * @param entry if it is a file, its size must be the one that follows
 * @returns false if one header cannot express the entry; use entryHeader then
 */
export function putHeader(entry: TimedEntry, into: Buffer, at: number): boolean {
  const header = HEADERS[entry.kind];
  const path = pathOf(entry);
  // A longer path cannot be split to fit. node-tar would try each slash: seconds for a tree of a thousand levels.
  const isLong = path.length > LONGEST_HEADER_PATH || Buffer.byteLength(path) > LONGEST_HEADER_PATH;
  header.path = isLong ? path.slice(0, 99) : path;
  header.mode = entry.mode;
  header.size = contentSize(entry);
  header.linkpath = targetOf(entry);
  mtime.setTime(timeOf(entry) * 1000);
  into.fill(0, at, at + TAR_UNIT);
  return !header.encode(into, at) && !isLong;
}

/**
 * The header of an entry. A PAX header comes first if the plain header cannot express the entry: for long or non-ASCII names
 * and targets, and for sizes from 8 GiB.
 * @param entry if it is a file, its size must be the one that follows
 */
export function entryHeader(entry: TimedEntry): Buffer {
  const plain = Buffer.alloc(TAR_UNIT);
  if (putHeader(entry, plain, 0)) return plain;
  const [size, linkpath] = [contentSize(entry), targetOf(entry)];
  const body = new Pax({
    path: pathOf(entry),
    ...(linkpath === '' ? {} : { linkpath }),
    ...(size > LARGEST_OCTAL ? { size } : {}),
  }).encodeBody();
  const length = Buffer.byteLength(body);
  const pax = Buffer.alloc(TAR_UNIT);
  mtime.setTime(FIXED_TIME * 1000);
  new Header({ ...COMMON, path: 'PaxHeader', mode: 0o644, size: length, type: 'ExtendedHeader' }).encode(pax);
  return Buffer.concat([pax, Buffer.from(body), paddingBytes(length), plain]);
}

const timeOf = (entry: TimedEntry): number => ('time' in entry ? entry.time : FIXED_TIME);
const pathOf = ({ kind, path }: Entry): string =>
  `${kind === 'beside' ? DOCKERFILE_FOLDER : CONTEXT_FOLDER}/${path}${kind === 'folder' && path !== '' ? '/' : ''}`;
const targetOf = (entry: Entry): string =>
  entry.kind === 'symlink' ? entry.target : entry.kind === 'hardlink' ? `${CONTEXT_FOLDER}/${entry.target}` : '';
