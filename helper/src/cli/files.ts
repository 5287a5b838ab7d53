import { randomUUID } from 'node:crypto';
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure, type FailureRecord } from '../failure.ts';
import { isTooDeep } from '../parameters/nested.ts';
import { parseAsWritten } from './json.ts';

/** What a result file holds. */
export type Outcome = { ok: true; result: unknown } | { ok: false; failure: FailureRecord; partial: unknown };

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const HINT = 'write it in UTF-8 as a JSON map, for instance {"image": "shop", "cpu": 4096}';

/** What JSON.parse says, without the piece of the text that it quotes: that may be a secret. */
function whereInJson(error: unknown): string {
  const place = /at position \d+(?: \(line \d+ column \d+\))?/.exec(reason(error))?.[0];
  return place === undefined ? 'not what JSON looks like' : `not what JSON looks like ${place}`;
}

/**
 * Reads a file of parameters: a JSON map.
 * @throws Failure `usage` that says what is wrong with it
 */
export async function readParameters(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    // PowerShell and some editors begin a file with a byte order mark.
    text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    throw new Failure('usage', `the parameters file ${file} cannot be read`, {
      hint: 'give --params the path of a readable file',
      evidence: [reason(error)],
      cause: error,
    });
  }
  let parsed: unknown;
  try {
    parsed = parseAsWritten(text);
  } catch (error) {
    throw new Failure('usage', `the parameters file ${file} is not JSON`, {
      hint: HINT,
      evidence: [whereInJson(error)],
    });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Failure('usage', `the parameters file ${file} must hold a JSON map of names to values`, { hint: HINT });
  }
  if (isTooDeep(parsed)) {
    throw new Failure('usage', `the parameters file ${file} is nested too deep to be meant`, { hint: HINT });
  }
  return { ...parsed };
}

/** In a pod root may run the helper in a container, and another user the agent that reads the file: its folder's owner. */
async function giveToReader(file: string, folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  await chown(file, uid, gid);
}

/**
 * Writes a result file whole: a reader sees the old one or the new one, never half of one.
 * @throws Failure `usage` where it cannot be written
 */
export async function writeOutcome(file: string, outcome: Outcome): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    // Never through a link or into a file that somebody has put there.
    await writeFile(temporary, `${JSON.stringify(outcome, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await giveToReader(temporary, dirname(file));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new Failure('usage', `the result file ${file} cannot be written`, {
      hint: 'give --result a file in a folder that exists and may be written to',
      evidence: [reason(error)],
      cause: error,
    });
  }
}
