import { readFileSync } from 'node:fs';
import { run } from '../../local/process.mjs';
import { cloud } from './cloud.ts';

/** The process and all its ancestors. */
function lineage(pid: number): number[] {
  const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  return parent > 0 ? [pid, ...lineage(parent)] : [pid];
}

test('nothing of ours listens beyond 127.0.0.1', async () => {
  const { stdout } = await run('ss', ['-H', '-l', '-n', '-p', '-t', '-u']);
  const ours = stdout.split('\n').filter((line) => {
    const pids = [...line.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid));
    return pids.some((pid) => lineage(pid).some((one) => cloud.pids.includes(one)));
  });
  const addresses = ours.map((line) => line.split(/\s+/)[4]);
  expect(addresses).toContain(`127.0.0.1:${cloud.port}`);
  expect(addresses.filter((address) => !address?.startsWith('127.0.0.1:'))).toEqual([]);
});
