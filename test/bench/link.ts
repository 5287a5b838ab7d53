import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { pipeline, Transform } from 'node:stream';

/** A line to a local server. It counts bytes, and can be slow. */
export interface Link {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Bytes that clients have sent so far, HTTP headers included. */
  sent(): number;
  close(): Promise<void>;
}

/** How much may be on its way at once, as seconds of the line. */
const QUEUE_S = 0.02;

/**
 * Opens a line to 127.0.0.1:port.
 * @param bytesPerSecond of all its connections together, in each direction; without it there is no limit
 */
export async function openLink(port: number, bytesPerSecond?: number): Promise<Link> {
  let sent = 0;
  const open = new Set<Socket>();
  const count = (bytes: number) => {
    sent += bytes;
  };
  const there = pace(bytesPerSecond);
  const back = pace(bytesPerSecond);
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    // If one side breaks off, the other one does, too.
    pipeline(client, carried(there, count), upstream, (error) => error && client.destroy());
    pipeline(upstream, carried(back), client, (error) => error && upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    sent: () => sent,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Passes bytes on after the time that the line needs for them. */
function carried(wait: (bytes: number) => number, count: (bytes: number) => void = () => {}): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      count(chunk.length);
      const ms = wait(chunk.length);
      if (ms > 0) setTimeout(done, ms, null, chunk);
      else done(null, chunk);
    },
  });
}

/** How many milliseconds these bytes wait, after all that were sent before them. */
function pace(bytesPerSecond: number | undefined): (bytes: number) => number {
  if (bytesPerSecond === undefined) return () => 0;
  let free = 0;
  return (bytes) => {
    const now = performance.now() / 1000;
    free = Math.max(free, now) + bytes / bytesPerSecond;
    return free - now > QUEUE_S ? (free - now) * 1000 : 0;
  };
}
