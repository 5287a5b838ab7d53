import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Set UPDATE_GOLDEN=1 to rewrite the transcripts; then read the diff. */
const updating = process.env.UPDATE_GOLDEN === '1';

/** Hides what differs from run to run: ids, digests of archives, ports and times that really pass. */
export function scrub(text: string): string {
  return text
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID')
    .replace(/contexts\/[0-9a-f-]+\.tar\.gz/g, 'contexts/KEY.tar.gz')
    .replace(/\/tmp\/fargate-ci-[\w-]+/g, 'FOLDER');
}

/** Compares what a user saw with the transcript `test/golden/NAME.txt`. */
export function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`../golden/${name}.txt`, import.meta.url));
  const scrubbed = scrub(text);
  if (updating) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, scrubbed);
  }
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '(no transcript yet)').toBe(scrubbed);
}
