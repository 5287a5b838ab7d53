import type { Writable } from 'node:stream';

/**
 * Waits until a stream has passed on most of what was written to it. Returns at once where the stream is broken.
 * Node.js buffers what a slow reader of a pipe has not read yet: a writer that never waits would fill the memory.
 */
export function waitForDrain(stream: Writable): Promise<void> {
  if (!stream.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error'] as const;
    const stopWaiting = () => {
      for (const event of events) stream.off(event, stopWaiting);
      resolve();
    };
    for (const event of events) stream.on(event, stopWaiting);
  });
}
