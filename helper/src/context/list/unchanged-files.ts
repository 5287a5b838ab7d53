import crypto from 'node:crypto';
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { Failure } from '../../failure.ts';
import type { Stamp } from '../entries.ts';
import { errorCode, showName } from './byte-names.ts';
import { type EncodePath, OpenFolders } from './open-folders.ts';

// All synchronous: of eight thousand small files each costs a fraction of what a promise and a trip to a thread cost.

/** Something in the workspace is not what it was when it was hashed. */
export class FileChangedFailure extends Failure {}

/** Something in the workspace was written to while it was read. */
export function fileChangedFailure(path: string, how: string, cause?: unknown): FileChangedFailure {
  return new FileChangedFailure('build', `${showName(path)} ${how} while the context was sent`, {
    hint: 'something still writes to the workspace: let it finish first, or leave the file out by .dockerignore or the parameter ignore',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A link, a folder or a socket is where a file was, or something else where a folder was. */
const REPLACED_CODES = ['ELOOP', 'EISDIR', 'ENXIO', 'ENOTDIR'];

/** Words what the file system says of a file that was there when the context was listed. */
function wordedFailure(path: string, cause: unknown): unknown {
  const code = errorCode(cause);
  if (cause instanceof Failure || code === '') return cause;
  if (code === 'ENOENT') return fileChangedFailure(path, 'vanished', cause);
  if (REPLACED_CODES.includes(code)) return fileChangedFailure(path, 'was replaced', cause);
  const why = code === 'EACCES' || code === 'EPERM' ? 'may not be read' : `cannot be read (${code})`;
  return new Failure('build', `${showName(path)} ${why}`, {
    hint: 'make it readable for the user that runs the build, or leave it out by .dockerignore or the parameter ignore',
    cause,
  });
}

/** The stamp of a file, and its size in bytes. */
export function stampOf({ size, mtimeNs, ctimeNs, ino, mode }: BigIntStats): Stamp {
  return {
    // Not a template: V8 would keep each of its pieces.
    facts: [size, mtimeNs, ctimeNs, ino, mode].join(' '),
    newest: mtimeNs > ctimeNs ? mtimeNs : ctimeNs,
  };
}

/** When a file was written to last, in nanoseconds since the epoch; 0 where that is not known. */
export const modifiedAt = (stamp: Stamp | undefined): bigint => BigInt(stamp?.facts.split(' ')[1] ?? 0);

// Neither a symlink nor a fifo that took a file's place may lead us astray or make us wait.
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens a file of the context for reading, its folder held: whatever takes the place of either is not followed. */
function openForReading(folders: OpenFolders, path: string): number {
  const fd = openSync(folders.filePlace(path), READ);
  try {
    folders.verify();
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * Opens the folders of a context.
 * @throws Failure `build` where the context is not the folder that was listed
 */
export function openFolders(root: string, encode?: EncodePath): OpenFolders {
  try {
    return new OpenFolders(root, encode);
  } catch (error) {
    throw wordedFailure(root, error);
  }
}

/** Calls something with the folders of a context, which are closed behind it. */
export function withFolders<T>(root: string, use: (folders: OpenFolders) => T): T {
  const folders = openFolders(root);
  try {
    return use(folders);
  } finally {
    folders.close();
  }
}

/** The same for what comes bit by bit, as far as it is asked for. */
export function* generateWithFolders<T>(root: string, use: (folders: OpenFolders) => Generator<T>): Generator<T> {
  const folders = openFolders(root);
  try {
    yield* use(folders);
  } finally {
    folders.close();
  }
}

/**
 * Reads a file whole that is as long as it was when it was listed; there must be room for one byte more.
 * @returns false for one that is not, or has no bytes: openFile can tell what it is
 * @throws Failure `build` as openFile does
 */
export function readWholeFile(folders: OpenFolders, path: string, size: number, into: Buffer, at: number): boolean {
  try {
    const fd = openForReading(folders, path);
    try {
      return size > 0 && readSync(fd, into, at, size + 1, null) === size;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw wordedFailure(path, error);
  }
}

/** Characters of a SHA-256 in base64url. */
export const HASH_LENGTH = 43;

/** SHA-256 of some bytes, base64url; Node's call without an object in between is there since 20.12. */
export const sha256 = (bytes: Buffer): string =>
  typeof crypto.hash === 'function'
    ? crypto.hash('sha256', bytes, 'base64url')
    : crypto.createHash('sha256').update(bytes).digest('base64url');

/** A file that is open. Everything it throws is a Failure `build`. */
export interface OpenFile {
  readonly size: number;
  readonly stamp: Stamp;
  /** Reads into a part of a buffer, on from where the last call ended; the number of bytes read is at least 1. */
  read(into: Buffer, at: number, length: number): number;
  /** After the last byte: throws where the file is not what it was when it was opened. */
  verify(): void;
  close(): void;
}

/**
 * Opens a file of the context. What it is at this moment is what counts.
 * @param shown its name in messages
 * @throws Failure `build` where it is gone, no longer a file, or unreadable
 */
export function openFile(folders: OpenFolders, path: string, shown = path): OpenFile {
  const worded = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw wordedFailure(shown, error);
    }
  };
  const fd = worded(() => openForReading(folders, path));
  try {
    const before = worded(() => fstatSync(fd, { bigint: true }));
    if (!before.isFile()) throw fileChangedFailure(shown, 'was replaced');
    return {
      size: Number(before.size),
      stamp: stampOf(before),
      read(into, at, length) {
        const bytes = worded(() => readSync(fd, into, at, length, null));
        if (bytes === 0) throw fileChangedFailure(shown, 'became shorter');
        return bytes;
      },
      verify() {
        const after = worded(() => fstatSync(fd, { bigint: true }));
        if (after.size !== before.size)
          throw fileChangedFailure(shown, after.size > before.size ? 'grew' : 'became shorter');
        if (after.mtimeNs !== before.mtimeNs) throw fileChangedFailure(shown, 'changed');
      },
      close: () => closeSync(fd),
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
