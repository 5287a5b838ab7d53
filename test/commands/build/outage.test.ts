import { createServer } from 'node:http';
import { ListTasksCommand } from '@aws-sdk/client-ecs';
import { createAws } from '../../../helper/src/aws/clients.ts';
import { realClock } from '../../../helper/src/process/clock.ts';
import type { Fault } from '../../double/injected-faults.ts';
import { type BuildScene, DIGEST, makeBuildScene, play } from '../../support/build-scene.ts';
import { CREDENTIALS, onVirtualTime } from '../../support/world.ts';

// Network, credentials or clock fail for a while: the build continues, or ends with one clear failure.

let scene: BuildScene;
beforeEach(async () => {
  scene = await makeBuildScene();
});
afterEach(() => scene.close());

const MINUTE = 60_000;

/** Makes every call between these two times fail in this way. */
function broken(from: number, to: number, fault: Fault): void {
  const { double } = scene;
  const where = () => double.clock.elapsed() >= from && double.clock.elapsed() < to;
  double.fault({ action: '*', times: Number.POSITIVE_INFINITY, where, fault });
}

for (const [name, fault] of [
  ['the connection is lost', { kind: 'reset' }],
  ['AWS fails', { kind: 'server-error' }],
  ['AWS throttles', { kind: 'throttle' }],
] as const) {
  for (const [when, from] of [
    ['at the beginning', 0],
    ['while the task starts', 10_000],
    ['while it runs', 40_000],
    ['at its end', 84_000],
  ] as const) {
    test(`${name} for a minute ${when}: the build succeeds with one task`, async () => {
      const { double } = scene;
      double.ecs.tasks.script(play('success'));
      double.on('RunTask', () => double.ecr.push('fargate-ci/shop', '1.4.2', DIGEST));
      broken(from, from + MINUTE, fault);
      const { status, stderr } = await scene.build();
      expect({ status, stderr }).toMatchObject({ status: 0 });
      expect(double.ecs.tasks.all).toHaveLength(1);
      // Each line of the log once: the recorded steps of kaniko.
      expect(stderr.match(/ {2}\| compiling\n/g)).toHaveLength(1);
    });
  }
}

test('credentials that expire and are renewed meanwhile', async () => {
  const { double } = scene;
  double.ecs.tasks.script(play('success'));
  double.on('RunTask', () => double.ecr.push('fargate-ci/shop', '1.4.2', DIGEST));
  broken(40_000, 50_000, { kind: 'expired-token' });
  const { status, stderr } = await scene.build();
  expect({ status, stderr }).toMatchObject({ status: 0 });
});

test('no connection any more while the build runs: one clear failure, with the command that stops the task', async () => {
  scene.double.ecs.tasks.script(play('success', { running: 3_600_000 }));
  broken(40_000, Number.POSITIVE_INFINITY, { kind: 'reset' });
  const { status, stderr } = await scene.build();
  expect(status).toBe(30);
  expect(stderr.match(/FAILED/g)).toHaveLength(1);
  expect(stderr).toMatch(/aws ecs stop-task .* --task arn:/);
});

test('a host that DNS does not know: one clear failure', async () => {
  const { status, stderr } = await scene.build([], {
    createAws: ({ region, credentials }) => {
      const { clock } = scene.double;
      return onVirtualTime(createAws({ region, credentials, endpoint: 'http://aws.invalid', clock }), clock);
    },
  });
  expect(status).toBe(30);
  expect(stderr).toMatch(/ENOTFOUND|EAI_AGAIN/);
  expect(stderr).toContain('check the network and the region');
});

test('a clock that is an hour off: the SDK signs with the time of AWS', async () => {
  const ahead = 3_600_000;
  const signed: string[] = [];
  const server = createServer((request, response) => {
    const now = Date.now() + ahead;
    const [, y = '', mo, d, h, mi, s] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(request.headers['x-amz-date'])) ?? [];
    const off = Math.abs(Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`) - now);
    signed.push(off < 300_000 ? 'taken' : 'refused');
    const [status, body] =
      off < 300_000
        ? [200, { taskArns: [] }]
        : [400, { __type: 'InvalidSignatureException', message: 'Signature expired: is now earlier than' }];
    request.resume();
    response.writeHead(status, { date: new Date(now).toUTCString(), 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { ecs } = createAws({
      region: 'x',
      credentials: CREDENTIALS,
      endpoint: `http://127.0.0.1:${port}`,
      clock: realClock,
    });
    await ecs.send(new ListTasksCommand({}));
    await ecs.send(new ListTasksCommand({}));
    expect(signed).toEqual(['refused', 'taken', 'taken']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
