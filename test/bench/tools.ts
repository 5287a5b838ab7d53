import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../local/paths.mjs';
import type { Double } from '../double/double.ts';
import { prepareCall, stepFolder } from './helper.ts';
import { measure } from './measure.ts';
import { BUCKET, endpoints, HELPER_ENVIRONMENT } from './places.ts';

/** One context to send. */
export interface Job {
  readonly workspace: string;
  /** S3's address. */
  readonly endpoint: string;
  /** The number of the build, from 1. */
  readonly number: number;
  /** The words before the command, which give it less of the machine. */
  readonly prefix: readonly string[];
  readonly signal: AbortSignal;
}

/** What it took to send a context. */
export interface Sent {
  readonly seconds: number;
  /** CPU time of all its processes. */
  readonly cpuSeconds: number;
  /** Peak of the memory, in bytes. */
  readonly memory: number;
  /** Its key at S3. */
  readonly key: string;
}

/** A tool that brings a context to S3. */
export interface Tool {
  readonly name: string;
  send(job: Job): Promise<Sent>;
  /** Makes it forget everything about a workspace. */
  forget?(workspace: string): Promise<void>;
}

/**
 * Our tool: `build` of the bundle, as Jenkins runs it, from the start of its process until it asks ECS for the task (which
 * is refused, so the measurement ends there). By then it has also read settings, repositories and the task definition.
 */
export function fargateCiTool(double: Double): Tool {
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
        env: { ...HELPER_ENVIRONMENT, ...endpoints(double, endpoint), ...call.env },
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

/** Calls back at the next request for an action, once. Returns the function that cancels this. */
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

/** `tar c . | gzip | aws s3 cp - s3://...`, as people write it by hand; or the same with pigz. */
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

/** node-tar and lib-storage, as a Node program would use them. */
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
        env: HELPER_ENVIRONMENT,
        signal: job.signal,
      });
      if (status !== 0) throw new Error(`${name} ended with status ${status}:\n${output}`);
      return { seconds, cpuSeconds, memory, key };
    },
  };
}
