import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashFraction } from '../../../helper/src/text/hash-fraction.ts';
import { type Double, type LoggedRequest, startDouble } from '../../double/double.ts';
import { defaultQuotas } from '../../double/limits.ts';
import { seedBuilder } from '../../double/scripts/builder-fixtures.ts';
import { succeeds } from '../../double/scripts/rollout-scripts.ts';
import { task } from '../../double/scripts/task-scripts.ts';
import { runCli } from '../../support/host.ts';
import { testAws } from '../../support/world.ts';

/** Several runs at once in one account. Each is a complete run with its own clients. */
export interface Crowd {
  what: 'build' | 'deploy';
  runs: number;
  /** They all begin within this many ms. With 0 they begin at the same instant. */
  within: number;
  /** How many GetLogEvents a second the quota allows: 25, or 10 in some regions. */
  reads: number;
  /** How long a build runs, in ms: from half of this to one and a half of it. */
  running: number;
}

/** The result of a crowd. */
export interface Outcome {
  /** How many runs ended well, and the last words of the others. */
  green: number;
  failures: string[];
  calls: number;
  throttled: number;
  /** How many minutes all runs together took. */
  minutes: number;
  /** The most calls in one second: of all runs together, of one run, and of one run's calls of one kind. */
  busiest: number;
  busiestRun: number;
  busiestKind: number;
  /** The number of calls for each action, the largest first. */
  actions: [action: string, calls: number, throttled: number][];
}

const ECR = '172173733067.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci';
const DIGEST = `sha256:${'5e'.repeat(32)}`;
/** How long an answer takes, as within a region. */
const LATENCY_MS = 40;

const kaniko = (msg: string): string => JSON.stringify({ level: 'info', msg, time: '2026-11-22T20:25:14Z' });

/** The log of a build. Every second build prints all the time, the others compile in silence. */
function logOf(chatty: boolean, running: number): string[] {
  const said = chatty ? Array.from({ length: Math.floor(running / 1_500) }, (_, i) => `compiling module ${i}`) : [];
  return [
    kaniko('RUN make'),
    kaniko('Running: [/bin/sh -c make]'),
    'make: entering directory',
    ...said,
    kaniko(`Pushing image to ${ECR}/shop:1`),
    kaniko(`Pushed ${ECR}/shop@${DIGEST}`),
  ];
}

function script(double: Double, { what, runs, running }: Crowd): void {
  if (what === 'deploy') {
    double.ecs.services.script(succeeds());
    return;
  }
  const scripts = Array.from({ length: runs }, (_, i) => {
    const ms = Math.round(running * (0.5 + hashFraction(`running ${i}`)));
    return task({ running: ms, lines: logOf(i % 2 === 0, ms), lag: 4_000, provisioning: 15_000 + (i % 10) * 1_000 });
  });
  double.ecs.tasks.script(...scripts);
}

/** Runs a crowd in an account with AWS' own quotas, on virtual time. */
export async function unleash(crowd: Crowd): Promise<Outcome> {
  const double = await startDouble();
  seedBuilder(double);
  double.ecr.create('fargate-ci/cache/shop');
  double.ecr.push('fargate-ci/shop', '1', DIGEST);
  // Each build pushes its own image, because an image that is older than its task proves nothing.
  double.on('RunTask', () => {
    for (const image of double.ecr.repository('fargate-ci/shop').images) image.pushedAt = double.clock.now();
  });
  script(double, crowd);
  double.enforce(defaultQuotas(crowd.reads));
  for (const service of ['ecs', 'logs', 'ssm', 'ecr', 's3'] as const) {
    const times = Number.POSITIVE_INFINITY;
    double.fault({ action: '*', service, times, fault: { kind: 'delay', ms: LATENCY_MS } });
  }
  const workspace = await mkdtemp(join(tmpdir(), 'fargate-ci-crowd-'));
  await writeFile(join(workspace, 'Dockerfile'), 'FROM busybox:1.36\nRUN make\n');
  try {
    const ended = await Promise.all(
      Array.from({ length: crowd.runs }, (_, i) => one(double, crowd, workspace, `${crowd.what}-${i}`)),
    );
    return summary(double.requests, ended);
  } finally {
    await rm(workspace, { recursive: true });
    await double.close();
  }
}

interface Ended {
  ok: boolean;
  words: string;
  ms: number;
}

async function one(double: Double, crowd: Crowd, workspace: string, name: string): Promise<Ended> {
  const { clock } = double;
  await clock.sleep(crowd.within * hashFraction(`arrival ${name}`));
  const began = clock.now();
  let draws = 0;
  const random = (): number => {
    draws += 1;
    return hashFraction(`${name}/${draws}`);
  };
  const argv =
    crowd.what === 'build'
      ? ['build', '--image', 'shop:1', '--workspace', workspace]
      : ['deploy', '--service', name, '--image', `${ECR}/shop@${DIGEST}`, '--port', '8080', '--workspace', workspace];
  const { status, stderr } = await runCli(double, argv, {
    env: { JOB_NAME: name, BUILD_NUMBER: '1' },
    createAws: ({ credentials }) => testAws(double, credentials, { client: name, random }),
  });
  return { ok: status === 0, words: stderr.split('\n').slice(-6).join('\n'), ms: clock.now() - began };
}

function summary(requests: readonly LoggedRequest[], ended: readonly Ended[]): Outcome {
  const of = (name: string) => requests.filter(({ action }) => action === name);
  const names = [...new Set(requests.map(({ action }) => action))];
  // EC2 is called without an SDK's client: whose call it is nobody can tell.
  const named = requests.filter(({ client }) => client);
  const refused = (some: readonly LoggedRequest[]) => some.filter(({ throttled }) => throttled).length;
  return {
    green: ended.filter(({ ok }) => ok).length,
    failures: ended.filter(({ ok }) => !ok).map(({ words }) => words),
    calls: requests.length,
    throttled: refused(requests),
    minutes: ended.reduce((sum, { ms }) => sum + ms, 0) / 60_000,
    busiest: mostInASecond(requests),
    busiestRun: mostOfAny(named, ({ client = '' }) => client),
    busiestKind: mostOfAny(named, ({ client = '', action }) => `${client} ${action}`),
    actions: names
      .map((name): Outcome['actions'][number] => [name, of(name).length, refused(of(name))])
      .sort(([, a], [, b]) => b - a),
  };
}

/** The most requests with the same key within one second. */
function mostOfAny(requests: readonly LoggedRequest[], key: (request: LoggedRequest) => string): number {
  const groups = new Map<string, LoggedRequest[]>();
  for (const request of requests) groups.set(key(request), [...(groups.get(key(request)) ?? []), request]);
  return Math.max(0, ...[...groups.values()].map(mostInASecond));
}

/** The most requests within one second. They come in the order of time. */
function mostInASecond(requests: readonly LoggedRequest[]): number {
  let [most, first] = [0, 0];
  for (const [index, { at }] of requests.entries()) {
    while (at - (requests[first]?.at ?? at) >= 1_000) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
