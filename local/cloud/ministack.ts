import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startDaemon, stopDaemon, waitUntil } from '../daemon.ts';

/** The region of the local AWS. */
export const REGION = 'ap-southeast-2';

/** Keys that MiniStack accepts. They open nothing. */
export const LOCAL_KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' } as const;

/** What stopMiniStack() must know. It is JSON, so that another process can stop MiniStack, too. */
export interface MiniStack {
  readonly pid: number;
  /** Its port of 127.0.0.1. */
  readonly port: number;
}

/**
 * Starts MiniStack on a free port of 127.0.0.1 and waits until it answers.
 * @param bin folder of the Python environment's commands
 * @param state folder for its log and files
 * @param options onStart: gets what stopMiniStack() must know, before MiniStack answers
 */
export async function startMiniStack(
  bin: string,
  state: string,
  { dockerHost, signal, onStart }: { dockerHost: string; signal: AbortSignal; onStart: (started: MiniStack) => void },
): Promise<MiniStack> {
  const files = join(state, 'ministack');
  await mkdir(files, { recursive: true });
  const port = await freePort();
  const log = join(state, 'ministack.log');
  const pid = await startDaemon(join(bin, 'python'), ['-m', 'ministack'], {
    log,
    env: {
      // By default it listens on every address: anyone on the network could then start containers here.
      BIND_HOST: '127.0.0.1',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: '127.0.0.1',
      MINISTACK_REGION: REGION,
      DOCKER_HOST: dockerHost,
      TMPDIR: files,
    },
  });
  const started = { pid, port };
  onStart(started);
  const isReady = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/_ministack/health`).catch(() => undefined);
    return answer?.ok === true;
  };
  await waitUntil(isReady, { what: 'MiniStack', pid, log, seconds: 60, signal });
  return started;
}

export async function stopMiniStack({ pid }: MiniStack): Promise<void> {
  if (pid > 0) await stopDaemon(pid, 'ministack');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
