import { readFileSync } from 'node:fs';

/** The messages that the real kaniko printed in a recorded run. */
export function recordedLines(name: string): string[] {
  const text = readFileSync(new URL(`../../fixtures/kaniko/${name}.log`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => {
      const { msg } = JSON.parse(line);
      return String(msg);
    });
}
