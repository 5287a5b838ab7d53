import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import { errorCode, showName } from './names.ts';

/** Bytes read at once. */
const CHUNK = 256 * 1024;

/** A file that is open, and what it was when it was opened. */
export interface OpenFile {
  size: number;
  /** Its bytes, exactly `size` of them; throws a Failure `build` where the file is not what it was. To be read once. */
  content(): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

function changed(path: string, how: string, cause?: unknown): Failure {
  return new Failure('build', `${showName(path)} ${how} while the context was sent`, {
    hint: 'something still writes to the workspace: let it finish first, or leave the file out by .dockerignore or the parameter ignore',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Words what the file system says of a file that was there when the context was listed. */
function unreadable(path: string, cause: unknown): unknown {
  const code = errorCode(cause);
  if (cause instanceof Failure || code === '') return cause;
  if (code === 'ENOENT' || code === 'ENOTDIR') return changed(path, 'vanished', cause);
  if (code === 'ELOOP' || code === 'EISDIR' || code === 'ENXIO') return changed(path, 'was replaced', cause);
  const why = code === 'EACCES' || code === 'EPERM' ? 'may not be read' : `cannot be read (${code})`;
  return new Failure('build', `${showName(path)} ${why}`, {
    hint: 'make it readable for the user that runs the build, or leave it out by .dockerignore or the parameter ignore',
    cause,
  });
}

/**
 * Opens a file of the context. What it is at this moment is what will be sent.
 * @param disk absolute path; `path` is its name in messages
 * @throws Failure `build` where it is gone, no longer a file, or unreadable
 */
export async function openFile(disk: string, path: string): Promise<OpenFile> {
  let handle: FileHandle;
  try {
    // Neither a symlink nor a fifo that took the file's place may lead us astray or make us wait.
    handle = await open(disk, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw changed(path, 'was replaced');
    return {
      size: stats.size,
      content: () => content(handle, path, stats),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw unreadable(path, error);
  }
}

async function* content(
  handle: FileHandle,
  path: string,
  before: { size: number; mtimeMs: number },
): AsyncGenerator<Buffer> {
  let left = before.size;
  try {
    while (left > 0) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, left));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) throw changed(path, 'became shorter');
      left -= bytesRead;
      yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead);
    }
    const after = await handle.stat();
    if (after.size !== before.size) throw changed(path, after.size > before.size ? 'grew' : 'became shorter');
    if (after.mtimeMs !== before.mtimeMs) throw changed(path, 'changed');
  } catch (error) {
    throw unreadable(path, error);
  }
}
