import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TRANSCRIPTS = join(ROOT, 'test', 'golden');

/** Hides what differs from run to run: ids, digests of archives, ports and times that really pass. */
export function scrub(text: string): string {
  return text
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID')
    .replace(/contexts\/[0-9a-f-]+\.tar\.gz/g, 'contexts/KEY.tar.gz')
    .replace(/\/tmp\/fargate-ci-[\w-]+/g, 'FOLDER');
}

/**
 * Compares what a user saw with the transcript `test/golden/NAME.txt`. With UPDATE_GOLDEN=1 in the environment the transcript is
 * written anew; then read the diff of the file.
 * @throws the assertion of `expect` with the file's name, and how to update it. `-` is the file, `+` is what was said now.
 */
export function expectGolden(name: string, text: string, folder = TRANSCRIPTS): void {
  const file = join(folder, `${name}.txt`);
  const said = scrub(text);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, said);
  }
  const recorded = existsSync(file) ? readFileSync(file, 'utf8') : '(no transcript yet)\n';
  try {
    expect(said).toBe(recorded);
  } catch (error) {
    if (error instanceof Error) explain(error, file);
    throw error;
  }
}

function explain(error: Error, file: string): void {
  const { testPath } = expect.getState();
  const test = testPath === undefined ? '' : ` ${relative(ROOT, testPath)}`;
  const about = [
    `${relative(ROOT, file)} (-) is not what was said (+). If the change is right:`,
    `    UPDATE_GOLDEN=1 npm test --${test}`,
    'and read the diff of the file.',
  ].join('\n');
  const message = `${about}\n\n${error.message}`;
  // jest prints the stack, which begins with the message.
  if (error.stack !== undefined) error.stack = error.stack.replace(error.message, () => message);
  error.message = message;
}
