import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { LocalS3 } from './places.ts';

/**
 * Lets tar compare the archive at S3 with the workspace: the same files, the same bytes.
 * @throws Error that names the differences
 */
export async function checkArchive(s3: LocalS3, key: string, workspace: string): Promise<void> {
  const body = await s3.read(key);
  if (!body) throw new Error(`there is no object ${key}`);
  const args = ['--compare', '-v', '-z', '-f', '-', '--strip-components=1', '-C', workspace, 'ctx'];
  const tar = spawn('tar', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const [said, warned] = await Promise.all([text(tar.stdout), text(tar.stderr), pipeline(body, tar.stdin)]);
  // Modes and owners may differ. Times always differ.
  const told = `${said}\n${warned}`.split('\n');
  const differs = told.filter((line) => /: (Contents differ|Size differs)|: .+: Warning: Cannot stat/.test(line));
  const packed = new Set(said.split('\n').filter((line) => line.startsWith('ctx/') && !line.endsWith('/')));
  const entries = await readdir(workspace, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  if (files.length !== packed.size) differs.push(`${packed.size} files were sent, and there are ${files.length}`);
  if (differs.length > 0) throw new Error(`what was sent is not the workspace:\n${differs.slice(0, 5).join('\n')}`);
}
