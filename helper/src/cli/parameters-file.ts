import { randomUUID } from 'node:crypto';
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure, type FailureRecord } from '../failure.ts';
import { parseAsWritten } from '../text/json-as-written.ts';
import { isTooDeep } from '../text/json-depth.ts';
import { jsonComplaint } from '../text/json-error.ts';
import { readRegularFile } from '../workspace/regular-file.ts';

/** What a result file holds. */
export type Outcome = { ok: true; result: unknown } | { ok: false; failure: FailureRecord; partial: unknown };

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const HINT = 'write it in UTF-8 as a JSON map, for instance {"image": "shop", "cpu": 4096}';

/** Longer is no file of parameters: to look for secrets in it would take minutes, and nobody would be heard meanwhile. */
const MOST_CHARACTERS = 1024 * 1024;

/** A stream of this process: that may be a pipe, which a shell has made (`--params <(...)`). */
const STREAM = /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/;

/**
 * Reads a file of parameters: a JSON map.
 * @throws Failure `usage` that says what is wrong with it
 */
export async function readParameters(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    // PowerShell and some editors begin a file with a byte order mark.
    const read = STREAM.test(file) ? readFile(file, 'utf8') : readRegularFile(file, { follow: true });
    text = (await read).replace(/^\uFEFF/, '');
  } catch (error) {
    throw new Failure('usage', `the parameters file ${file} cannot be read`, {
      hint: 'give --params the path of a readable file, or /dev/stdin',
      evidence: [reason(error)],
      cause: error,
    });
  }
  if (text.length > MOST_CHARACTERS) {
    throw new Failure(
      'usage',
      `the parameters file ${file} has ${text.length} characters, and ${MOST_CHARACTERS} is the most`,
      {
        hint: 'put long lists of patterns into .dockerignore, and long values into a file of the context',
      },
    );
  }
  let parsed: unknown;
  try {
    parsed = parseAsWritten(text);
  } catch (error) {
    throw new Failure('usage', `the parameters file ${file} is not JSON`, {
      hint: HINT,
      evidence: [jsonComplaint(error)],
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

/** A result as it is written. */
export const outcomeText = (outcome: Outcome): string => `${JSON.stringify(outcome, null, 2)}\n`;

/** The failure to write a result. */
export const unwritable = (file: string, cause: unknown, hint?: string): Failure =>
  new Failure('usage', `the result file ${file} cannot be written`, {
    hint: hint ?? 'give --result a file in a folder that exists and may be written to',
    evidence: [reason(cause)],
    cause,
  });

/**
 * Writes a result file whole: a reader sees the old one or the new one, never half of one.
 * @throws Failure `usage` where it cannot be written
 */
export async function writeOutcome(file: string, outcome: Outcome): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    // Never through a link or into a file that somebody has put there.
    await writeFile(temporary, outcomeText(outcome), { mode: 0o600, flag: 'wx' });
    await giveToReader(temporary, dirname(file));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw unwritable(file, error);
  }
}
