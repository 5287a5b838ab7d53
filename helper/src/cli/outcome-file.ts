import { randomUUID } from 'node:crypto';
import { chown, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure, type FailureRecord } from '../failure.ts';

/** How a command ended, as a result file holds it. `partial`: fields of the result that were known before it failed. */
export type CommandOutcome = { ok: true; result: unknown } | { ok: false; failure: FailureRecord; partial: unknown };

/** The text of a result file. */
export const outcomeText = (outcome: CommandOutcome): string => `${JSON.stringify(outcome, null, 2)}\n`;

/** The failure of a result file that cannot be written. */
export const resultFileFailure = (file: string, cause: unknown, hint?: string): Failure =>
  new Failure('usage', `the result file ${file} cannot be written`, {
    hint: hint ?? 'give --result a file in a folder that exists and may be written to',
    evidence: [cause instanceof Error ? cause.message : String(cause)],
    cause,
  });

/**
 * Writes a result file as a whole: a reader sees the old content or the new one, never half of one.
 * @throws Failure `usage` where it cannot be written
 */
export async function writeOutcomeFile(file: string, outcome: CommandOutcome): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    // 'wx' refuses a link and a file that somebody else has put there.
    await writeFile(temporary, outcomeText(outcome), { mode: 0o600, flag: 'wx' });
    await giveToFolderOwner(temporary, dirname(file));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw resultFileFailure(file, error);
  }
}

/** In a pod the helper may run as root, and the agent that reads the file as another user: the one that owns the folder. */
async function giveToFolderOwner(file: string, folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  await chown(file, uid, gid);
}
