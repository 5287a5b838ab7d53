import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cloud } from './start-cloud.ts';

/** How long a load balancer may answer 502 or 503 after a deployment. */
const PATIENCE_MS = 30_000;

/** A page of a service. */
export interface Page {
  /** HTTP status. */
  readonly status: number;
  readonly text: string;
}

/**
 * Fetches a page of a service through its load balancer. MiniStack plays the load balancer, and finds it by the Host
 * header.
 * @param port MiniStack's
 * @param host the load balancer's DNS name
 */
export async function visit(port: number, host: string, signal: AbortSignal, path = '/'): Promise<Page> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    signal.throwIfAborted();
    const page = await getPage(port, host, path);
    if (page.status < 500 || Date.now() > deadline) return page;
    await delay(200);
  }
}

/**
 * Fetches a service's first page from inside of its container, for engines whose containers cannot be reached from
 * here.
 * @param service its container has the same name
 */
export async function visitInside(
  { engine, busybox }: Pick<Cloud, 'engine' | 'busybox'>,
  { name, port }: { name: string; port: number },
): Promise<Page> {
  const label = `label=com.amazonaws.ecs.container-name=${name}`;
  const [container] = (await engine.docker(['ps', '--quiet', '--filter', label])).split('\n');
  const fetched = ['wget', '-q', '-O', '-', `http://127.0.0.1:${port}/`];
  const text = await engine.docker(['run', '--rm', `--network=container:${container}`, busybox, ...fetched]);
  return { status: 200, text };
}

/** By node:http, since fetch() does not let us choose the Host header. */
function getPage(port: number, host: string, path: string): Promise<Page> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, headers: { Host: host } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    request.on('error', reject);
  });
}
