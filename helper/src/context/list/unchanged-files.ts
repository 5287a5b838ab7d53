import crypto from 'node:crypto';
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { Failure } from '../../failure.ts';
import type { Stamp } from '../entries.ts';
import { errorCode, showName } from './byte-names.ts';
import { type EncodePath, OpenFolders } from './open-folders.ts';
import { REPLACED_WHILE_SENT } from './replaced-codes.ts';

// All calls are synchronous: for thousands of small files, a promise and a thread for each one cost several times as much.

/** A file or folder of the workspace changed after it was listed or hashed. */
export class FileChangedFailure extends Failure {}

/** The failure for a file that was written to or replaced while the context was sent. */
export function fileChangedFailure(path: string, how: string, cause?: unknown): FileChangedFailure {
  return new FileChangedFailure('build', `${showName(path)} ${how} while the context was sent`, {
    hint: 'something still writes to the workspace: let it finish first, or leave the file out by .dockerignore or the parameter ignore',
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Makes a Failure of a file system error, for a file that was there when the context was listed. Other errors are returned
 * as they are.
 */
function asFailure(path: string, cause: unknown): unknown {
  const code = errorCode(cause);
  if (cause instanceof Failure || code === '') return cause;
  if (code === 'ENOENT') return fileChangedFailure(path, 'vanished', cause);
  if (REPLACED_WHILE_SENT.includes(code)) return fileChangedFailure(path, 'was replaced', cause);
  const why = code === 'EACCES' || code === 'EPERM' ? 'may not be read' : `cannot be read (${code})`;
  return new Failure('build', `${showName(path)} ${why}`, {
    hint: 'make it readable for the user that runs the build, or leave it out by .dockerignore or the parameter ignore',
    cause,
  });
}

/** The stamp of a file, which tells later whether the file has changed. */
export function stampOf({ size, mtimeNs, ctimeNs, ino, mode }: BigIntStats): Stamp {
  return {
    // join(), not a template: V8 would keep every piece of a template string in memory.
    facts: [size, mtimeNs, ctimeNs, ino, mode].join(' '),
    newest: mtimeNs > ctimeNs ? mtimeNs : ctimeNs,
  };
}

/** When the file was last written to, in nanoseconds since the epoch; 0 if that is not known. */
export const modifiedAt = (stamp: Stamp | undefined): bigint => BigInt(stamp?.facts.split(' ')[1] ?? 0);

// If a symlink or a fifo has taken the file's place, opening it must neither follow it nor wait.
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens a file of the context for reading. Its folder is held open, so a replaced file or folder is not followed. */
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
 * @throws Failure `build` if the root is no longer the folder that was listed
 */
export function openFolders(root: string, encode?: EncodePath): OpenFolders {
  try {
    return new OpenFolders(root, encode);
  } catch (error) {
    throw asFailure(root, error);
  }
}

/** Opens the folders of a context, calls a function with them, and closes them. */
export function withFolders<T>(root: string, use: (folders: OpenFolders) => T): T {
  const folders = openFolders(root);
  try {
    return use(folders);
  } finally {
    folders.close();
  }
}

/** The same for a generator: the folders stay open until it ends or is abandoned. */
export function* generateWithFolders<T>(root: string, use: (folders: OpenFolders) => Generator<T>): Generator<T> {
  const folders = openFolders(root);
  try {
    yield* use(folders);
  } finally {
    folders.close();
  }
}

/**
 * Reads a whole file in one call if it still has the size that was listed. `into` must have room for one more byte than that.
 * @returns false if the size differs, or is 0; then openFile finds out what happened
 * @throws Failure `build`, as openFile does
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
    throw asFailure(path, error);
  }
}

/** Number of characters of a SHA-256 in base64url. */
export const HASH_LENGTH = 43;

/** SHA-256 of some bytes in base64url. Node has the faster call, which makes no hash object, since 20.12. */
export const sha256 = (bytes: Buffer): string =>
  typeof crypto.hash === 'function'
    ? crypto.hash('sha256', bytes, 'base64url')
    : crypto.createHash('sha256').update(bytes).digest('base64url');

/** An open file. All its errors are a Failure `build`. */
export interface OpenFile {
  readonly size: number;
  readonly stamp: Stamp;
  /** Reads on from where the last call ended, into a part of a buffer. Returns the number of bytes, at least 1. */
  read(into: Buffer, at: number, length: number): number;
  /** Call it after the last byte. Throws if the file changed since it was opened. */
  verify(): void;
  close(): void;
}

/**
 * Opens a file of the context. What it holds at this moment is what counts.
 * @param shown its name in messages
 * @throws Failure `build` if it is gone, is no longer a file, or cannot be read
 */
export function openFile(folders: OpenFolders, path: string, shown = path): OpenFile {
  const withFailure = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw asFailure(shown, error);
    }
  };
  const fd = withFailure(() => openForReading(folders, path));
  try {
    const before = withFailure(() => fstatSync(fd, { bigint: true }));
    if (!before.isFile()) throw fileChangedFailure(shown, 'was replaced');
    return {
      size: Number(before.size),
      stamp: stampOf(before),
      read(into, at, length) {
        const bytes = withFailure(() => readSync(fd, into, at, length, null));
        if (bytes === 0) throw fileChangedFailure(shown, 'became shorter');
        return bytes;
      },
      verify() {
        const after = withFailure(() => fstatSync(fd, { bigint: true }));
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
