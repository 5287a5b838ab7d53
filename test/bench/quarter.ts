import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/** A way to start commands with less of the machine than there is. */
export interface Share {
  /** The part that they get, in words. */
  readonly title: string;
  /** The words that go before a command. */
  readonly prefix: readonly string[];
  remove(): Promise<void>;
}

const PERIOD_US = 100_000;

/** The whole machine. */
export const WHOLE: Share = { title: 'the whole machine', prefix: [], remove: async () => {} };

/**
 * A quarter of the machine's CPU time, by a control group if this user may make one (root may). Otherwise one processor.
 * A command still sees all processors and makes its threads for them, as on a container platform.
 */
export async function quarter(): Promise<Share> {
  const cores = availableParallelism();
  const quota = Math.round((PERIOD_US * cores) / 4);
  const name = `fargate-ci-bench-${process.pid}`;
  for (const [folder, file, text] of [
    ['/sys/fs/cgroup', 'cpu.max', `${quota} ${PERIOD_US}`],
    ['/sys/fs/cgroup/cpu', 'cpu.cfs_quota_us', String(quota)],
    ['/sys/fs/cgroup/cpu,cpuacct', 'cpu.cfs_quota_us', String(quota)],
  ] as const) {
    const group = join(folder, name);
    try {
      await mkdir(group);
    } catch {
      continue;
    }
    try {
      await writeFile(join(group, file), text);
      await readFile(join(group, 'cgroup.procs'));
    } catch {
      await rmdir(group).catch(() => {});
      continue;
    }
    return {
      title: `a quarter of the machine (${cores / 4} of ${cores} processors)`,
      prefix: ['sh', '-c', `echo $$ > ${join(group, 'cgroup.procs')} && exec "$@"`, 'sh'],
      remove: () => rmdir(group),
    };
  }
  const title = `one processor of ${cores} (no control group can be made here)`;
  return { title, prefix: ['taskset', '-c', '0'], remove: async () => {} };
}
