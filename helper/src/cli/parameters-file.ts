import { readFile } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import { parseParameters } from '../text/exact-json.ts';
import { isRecord } from '../text/is-record.ts';
import { isTooDeep } from '../text/json-depth.ts';
import { jsonComplaint } from '../text/json-error.ts';
import { readRegularFile } from '../workspace/regular-file.ts';

const HINT = 'write it in UTF-8 as a JSON map, for instance {"image": "shop", "cpu": 4096}';

/**
 * A longer file is refused. To look for secrets in it would take minutes, and the helper hears no signal in that time.
 * Characters.
 */
const MOST_CHARACTERS = 1024 * 1024;

/** A stream of this process. It may be a pipe, as a shell makes one for `--params <(...)`. */
const STREAM = /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/;

/**
 * Reads a file of parameters: a JSON map.
 * @throws Failure `usage` that says what is wrong with the file
 */
export async function readParametersFile(file: string): Promise<Record<string, unknown>> {
  const text = await readText(file);
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
    parsed = parseParameters(text);
  } catch (error) {
    throw new Failure('usage', `the parameters file ${file} is not JSON`, {
      hint: HINT,
      evidence: [jsonComplaint(error)],
    });
  }
  if (!isRecord(parsed)) {
    throw new Failure('usage', `the parameters file ${file} must hold a JSON map of names to values`, { hint: HINT });
  }
  if (isTooDeep(parsed)) {
    throw new Failure('usage', `the parameters file ${file} is nested too deep to be meant`, { hint: HINT });
  }
  return parsed;
}

async function readText(file: string): Promise<string> {
  try {
    const text = await (STREAM.test(file) ? readFile(file, 'utf8') : readRegularFile(file, { follow: true }));
    // PowerShell and some editors begin a file with a byte order mark.
    return text.replace(/^\uFEFF/, '');
  } catch (error) {
    throw new Failure('usage', `the parameters file ${file} cannot be read`, {
      hint: 'give --params the path of a readable file, or /dev/stdin',
      evidence: [error instanceof Error ? error.message : String(error)],
      cause: error,
    });
  }
}
