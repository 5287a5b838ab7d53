import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a load balancer may answer 502 or 503 after a deployment. */
const PATIENCE_MS = 30_000;

/**
 * Fetches a service's first page through its load balancer. MiniStack plays the balancer: it is told by the Host header.
 * @param {{ port: number }} cloud
 * @param {string} host the load balancer's name
 * @param {AbortSignal} signal
 * @param {string} [path]
 * @returns {Promise<{ status: number, text: string }>}
 */
export async function visit({ port }, host, signal, path = '/') {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    signal.throwIfAborted();
    const page = await getPage(port, host, path);
    if (page.status < 500 || Date.now() > deadline) return page;
    await delay(200);
  }
}

/**
 * The same from inside of the service's container: where the engine keeps containers' addresses to itself.
 * @param {import('./cloud.mjs').Cloud} cloud
 * @param {{ name: string, port: number }} service its container has its name
 * @returns {Promise<{ status: number, text: string }>}
 */
export async function visitInside({ engine, busybox }, { name, port }) {
  const label = `label=com.amazonaws.ecs.container-name=${name}`;
  const [container] = (await engine.docker(['ps', '--quiet', '--filter', label])).split('\n');
  const network = `--network=container:${container}`;
  const text = await engine.docker([
    'run',
    '--rm',
    network,
    busybox,
    'wget',
    '-q',
    '-O',
    '-',
    `http://127.0.0.1:${port}/`,
  ]);
  return { status: 200, text };
}

/**
 * @param {number} port
 * @param {string} host fetch() would not let us choose it
 * @param {string} path
 * @returns {Promise<{ status: number, text: string }>}
 */
function getPage(port, host, path) {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, headers: { Host: host } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    request.on('error', reject);
  });
}
