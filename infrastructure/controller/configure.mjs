// Writes the secrets and the configuration that depends on them, for the entrypoint; ends with 2 where settings are
// missing or wrong, having written nothing.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plan } from './settings.mjs';

const folder = process.env.FARGATE_CI_PRIVATE ?? '/dev/shm/fargate-ci';
const { files, complaints } = plan(process.env, folder);
if (complaints.length > 0) {
  console.error(['[fargate-ci] the controller cannot start:', ...complaints].join('\n  '));
  process.exit(2);
}
try {
  // Files of an earlier start may belong to settings that are gone.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'casc'), { recursive: true, mode: 0o700 });
  mkdirSync(join(folder, 'secrets'), { mode: 0o700 });
  chmodSync(folder, 0o700);
  for (const { path, text } of files) {
    const file = join(folder, path);
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  }
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`[fargate-ci] the controller cannot start:\n  ${folder} cannot be written (${reason}).`);
  console.error('  FARGATE_CI_PRIVATE names another folder, best one in memory');
  process.exit(2);
}
