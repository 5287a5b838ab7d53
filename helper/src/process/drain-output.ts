import type { Writable } from 'node:stream';

/**
 * Resolves once a stream has taken all but a little of what was written to it, at once where it is broken. Node writes
 * to a pipe without waiting for its reader: whoever writes much without waiting either keeps all of it in memory.
 */
export function waitForDrain(stream: Writable): Promise<void> {
  if (!stream.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error'] as const;
    const done = () => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}
