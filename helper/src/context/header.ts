import { Header, Pax } from 'tar';
import type { Entry } from './entries.ts';

/** The folder of the archive that holds the context: kaniko's --context-sub-path. */
export const PREFIX = 'ctx';

/** Every entry's time: kaniko's cache does not look at it, layers get the same digest again, and zip takes it too. */
const MTIME = new Date('2000-01-01T00:00:00Z');
/** What a header's 11 octal digits hold: 8 GiB less one. */
const MOST_OCTAL = 0o77777777777;
/** What a header's name and prefix hold together, in bytes. */
const LONGEST_PLAIN = 256;
const TYPES = { folder: 'Directory', file: 'File', symlink: 'SymbolicLink', hardlink: 'Link' } as const;

function block(data: ConstructorParameters<typeof Header>[0]): { bytes: Buffer; needPax: boolean } {
  const header = new Header(data);
  const bytes = Buffer.alloc(512);
  return { needPax: header.encode(bytes), bytes };
}

/** Zeros up to the next block of 512 bytes. */
export function padding(size: number): Buffer {
  return Buffer.alloc((512 - (size % 512)) % 512);
}

/** Two empty blocks end an archive. */
export const END = Buffer.alloc(1024);

/** The folder that everything is in; the mode of the context's own folder is nobody's business in an image. */
export function rootHeader(): Buffer {
  return entryHeader({ kind: 'folder', path: '', mode: 0o755 });
}

/**
 * The header of an entry, a PAX header before it where the plain one cannot say it: long or non-ASCII names and targets,
 * and sizes of 8 GiB and more. Owner 0:0 without names.
 * @param entry for a file with the size that will follow
 */
export function entryHeader(entry: Entry): Buffer {
  const path = `${PREFIX}/${entry.path}${entry.kind === 'folder' && entry.path !== '' ? '/' : ''}`;
  const size = entry.kind === 'file' ? entry.size : 0;
  const link = entry.kind === 'symlink' ? entry.target : entry.kind === 'hardlink' ? `${PREFIX}/${entry.target}` : '';
  const common = { uid: 0, gid: 0, mtime: MTIME };
  // No split makes a longer path fit, and node-tar tries them all: seconds for a tree of a thousand levels.
  const long = Buffer.byteLength(path) > LONGEST_PLAIN;
  const shown = long ? path.slice(0, 99) : path;
  const plain = block({ ...common, path: shown, mode: entry.mode, size, type: TYPES[entry.kind], linkpath: link });
  if (!plain.needPax && !long) return plain.bytes;
  const body = new Pax({
    path,
    ...(link === '' ? {} : { linkpath: link }),
    ...(size > MOST_OCTAL ? { size } : {}),
  }).encodeBody();
  const length = Buffer.byteLength(body);
  const pax = block({ ...common, path: 'PaxHeader', mode: 0o644, size: length, type: 'ExtendedHeader' });
  return Buffer.concat([pax.bytes, Buffer.from(body), padding(length), plain.bytes]);
}
