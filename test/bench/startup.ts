import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { ROOT } from '../../local/paths.mjs';
import type { Part } from './bench.ts';
import { prepareCall, stepFolder } from './helper.ts';
import { measure } from './measure.ts';
import { FOLDER, HELPER_ENVIRONMENT } from './places.ts';
import { ratios, spread, summarise, table } from './statistics.ts';

const ROUNDS = 15;

/** A way to start. If it sends no request to AWS, its end is measured. */
interface Start {
  readonly name: string;
  readonly command: readonly string[];
  /** True if V8's cached code is deleted first. */
  readonly cold?: true;
}

/** A server that refuses like AWS, and remembers when its first request came. */
async function refusingAws() {
  let asked: number | undefined;
  const server = createServer((request, response) => {
    asked ??= performance.now();
    request.resume();
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'not allowed' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    /** When the first request came since the last look. */
    take() {
      const at = asked;
      asked = undefined;
      return at;
    },
    close: () => server.close(),
  };
}

/** From the start of a process to its first request. */
export const startup: Part = {
  name: 'startup',
  title: 'Start-up',
  async run({ cleanup, rounds = ROUNDS }) {
    const workspace = join(FOLDER, 'started');
    cleanup.defer('the workspace', async () => {
      for (const folder of [workspace, `${workspace}@tmp`]) await rm(folder, { recursive: true, force: true });
    });
    await mkdir(workspace, { recursive: true });
    await writeFile(join(workspace, 'Dockerfile'), 'FROM busybox:1.36\n');
    const aws = await refusingAws();
    cleanup.defer('the server', aws.close);
    const call = await prepareCall(workspace, { image: 'shop:1' }, { number: 1 });
    const helper = call.command.slice(0, call.command.indexOf('build'));
    const node = process.execPath;
    const plain = `require('node:http').request('${aws.url}', { method: 'POST' }, (answer) => answer.resume()).end('{}')`;
    const starts: Start[] = [
      { name: 'bare node, a plain request', command: [node, '-e', plain] },
      { name: 'bare node, a signed request', command: [node, join(ROOT, 'test/bench/peers/first-call.mjs'), aws.url] },
      { name: 'build', command: call.command },
      { name: 'build, without the code cache', command: call.command, cold: true },
      { name: '--version', command: [...helper, '--version'] },
      { name: 'build --help', command: [...helper, 'build', '--help'] },
      { name: 'a usage error', command: [...helper, 'build', '--imgae', 'shop'] },
    ];
    const seconds = new Map(starts.map(({ name }): [string, number[]] => [name, []]));
    const env = { ...HELPER_ENVIRONMENT, ...call.env, AWS_ENDPOINT_URL: aws.url };
    // The first round only fills the caches.
    for (let round = 0; round <= rounds; round += 1) {
      for (const { name, command, cold } of starts) {
        const without: Record<string, string> = cold ? { NODE_DISABLE_COMPILE_CACHE: '1' } : {};
        let began = 0;
        const options = { cwd: call.cwd, env: { ...env, ...without }, signal: cleanup.signal };
        const took = await measure(command, {
          ...options,
          onStart: (_pid, at) => {
            began = at;
          },
        });
        const asked = aws.take();
        if (round > 0) seconds.get(name)?.push(asked === undefined ? took.seconds : (asked - began) / 1000);
      }
    }
    await rm(stepFolder(workspace), { recursive: true, force: true });
    const [plainRequests = [], signed = []] = seconds.values();
    return table(
      ['from the start to the first request, else to the end', 'ms', 'of a plain request', 'of a signed one'],
      [...seconds].map(([name, times]) => [
        name,
        spread(summarise(times.map((one) => one * 1000))),
        spread(ratios(times, plainRequests)),
        spread(ratios(times, signed)),
      ]),
    );
  },
};
