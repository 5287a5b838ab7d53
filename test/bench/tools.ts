import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../local/paths.mjs';
import type { Double } from '../double/double.ts';
import { prepareCall, stepFolder } from './helper.ts';
import { measure } from './measure.ts';
import { BUCKET, ENVIRONMENT, endpoints } from './places.ts';

/** One context to be sent. */
export interface Job {
  readonly workspace: string;
  /** S3's address. */
  readonly endpoint: string;
  /** Counts builds, from 1. */
  readonly number: number;
  /** Goes before the command, to give it less of the machine. */
  readonly prefix: readonly string[];
  readonly signal: AbortSignal;
}

/** What it took to send one. */
export interface Sent {
  readonly seconds: number;
  /** Of the processors, by all its processes. */
  readonly cpuSeconds: number;
  /** Peak of memory, bytes. */
  readonly memory: number;
  /** Where it is at S3. */
  readonly key: string;
}

/** A way to bring a context to S3. */
export interface Tool {
  readonly name: string;
  send(job: Job): Promise<Sent>;
  /** Forgets what it knows of a workspace. */
  forget?(workspace: string): Promise<void>;
}

/**
 * Ours: the bundle's own `build`, as Jenkins runs it, from the start of its process until it asks ECS for the task (which
 * is refused: there the measurement ends). Settings, repositories and task definition are looked up by then, too.
 */
export function fargateCi(double: Double): Tool {
  return {
    name: 'fargate-ci',
    async send({ workspace, endpoint, number, prefix, signal }) {
      const call = await prepareCall(workspace, { image: 'shop:1' }, { number });
      let [began, asked] = [0, 0];
      const before = double.calls('RunTask').length;
      double.fault({ action: 'RunTask', times: 1, fault: { kind: 'access-denied' } });
      const stop = onNext(double, 'RunTask', () => {
        asked = performance.now();
      });
      const { memory, cpuSeconds, output } = await measure([...prefix, ...call.command], {
        cwd: call.cwd,
        env: { ...ENVIRONMENT, ...endpoints(double, endpoint), ...call.env },
        signal,
        onStart: (_pid, started) => {
          began = started;
        },
      });
      stop();
      await call.remove();
      const [request] = double.calls('RunTask').slice(before);
      const key = /"--context=s3:\/\/[^/]+\/([^"]+)"/.exec(JSON.stringify(request?.input ?? {}))?.[1];
      if (asked === 0 || key === undefined) throw new Error(`fargate-ci did not come to RunTask:\n${output}`);
      return { seconds: (asked - began) / 1000, cpuSeconds, memory, key };
    },
    forget: (workspace) => rm(stepFolder(workspace), { recursive: true, force: true }),
  };
}

/** Calls back at the next request for an action only; returns what calls it off. */
function onNext(double: Double, action: string, listener: () => void): () => void {
  let live = true;
  double.on(action, () => {
    if (live) listener();
    live = false;
  });
  return () => {
    live = false;
  };
}

/** `tar c . | gzip | aws s3 cp - s3://...`, or with pigz: what people write by hand. */
export function shellPipe(compressor: 'gzip' | 'pigz', bin: string): Tool {
  const script = `set -o pipefail; tar c -C "$1" . | ${compressor} | "$2"/aws s3 cp --only-show-errors --endpoint-url "$3" - "s3://$4/$5"`;
  return peer(`tar, ${compressor}, aws`, ({ workspace, endpoint }, key) => [
    'bash',
    '-c',
    script,
    'bash',
    workspace,
    bin,
    endpoint,
    BUCKET,
    key,
  ]);
}

const NODE_TAR = join(ROOT, 'test', 'bench', 'peers', 'node-tar.mjs');

/** node-tar and lib-storage: what a Node program would do. */
export const nodeTar: Tool = peer('node-tar, lib-storage', ({ workspace, endpoint }, key) => [
  process.execPath,
  NODE_TAR,
  workspace,
  endpoint,
  BUCKET,
  key,
]);

function peer(name: string, command: (job: Job, key: string) => string[]): Tool {
  return {
    name,
    async send(job) {
      const key = join('peers', `${job.number}.tar.gz`);
      const { status, seconds, cpuSeconds, memory, output } = await measure([...job.prefix, ...command(job, key)], {
        cwd: '/',
        env: ENVIRONMENT,
        signal: job.signal,
      });
      if (status !== 0) throw new Error(`${name} ended with status ${status}:\n${output}`);
      return { seconds, cpuSeconds, memory, key };
    },
  };
}
