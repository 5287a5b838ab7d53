import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { start, stop, waitUntil } from './background.mjs';

/** The region that the demo and the tests play in. */
export const REGION = 'ap-southeast-2';

/**
 * What stopMiniStack() needs to know; plain data.
 * @typedef {object} MiniStack
 * @property {number} pid
 * @property {number} port of 127.0.0.1
 */

/**
 * Starts MiniStack on a free port of 127.0.0.1 and waits until it answers.
 * @param {string} bin folder of the Python environment's commands
 * @param {string} state folder for its log and files
 * @param {{ dockerHost: string, signal: AbortSignal, onStart: (started: MiniStack) => void }} options
 * @returns {Promise<MiniStack>}
 */
export async function startMiniStack(bin, state, { dockerHost, signal, onStart }) {
  const files = join(state, 'ministack');
  await mkdir(files, { recursive: true });
  const port = await freePort();
  const log = join(state, 'ministack.log');
  const pid = await start(join(bin, 'python'), ['-m', 'ministack'], {
    log,
    env: {
      // Else it listens on every address, and anyone on the network could start containers here.
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
  const ready = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/_ministack/health`).catch(() => undefined);
    return answer?.ok === true;
  };
  await waitUntil(ready, { what: 'MiniStack', pid, log, seconds: 60, signal });
  return started;
}

/** @param {MiniStack} started */
export async function stopMiniStack({ pid }) {
  if (pid > 0) await stop(pid, 'ministack');
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
