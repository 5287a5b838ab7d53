import { posix } from 'node:path';
import { trimGoSpace } from '../text/go-space.ts';

/** A line of an ignore file as it is written, and where it stands: `.dockerignore:3`, or `the parameter ignore`. */
export interface IgnoreLine {
  text: string;
  origin: string;
}

/** What a line means: a cleaned path with wildcards, without its `!`. */
export interface IgnoreRule {
  text: string;
  exception: boolean;
}

/** Go's line scanner takes no more bytes. Docker's build ends at a longer line, even if it is a comment. Source: Go, bufio. */
const LONGEST_LINE = 65_535;

/**
 * Splits an ignore file into lines, without comments, empty lines and a byte order mark. Source: moby/patternmatcher,
 * ignorefile.
 */
export function parseIgnoreFile(text: string, name: string): IgnoreLine[] {
  const lines: IgnoreLine[] = [];
  let number = 0;
  for (let at = 0; at <= text.length; ) {
    const end = text.indexOf('\n', at);
    let line = text.slice(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length + 1 : end + 1;
    number += 1;
    if (number === 1) line = line.replace(/^\uFEFF/, '');
    if (isTooLong(line) || (!line.startsWith('#') && trimGoSpace(line) !== ''))
      lines.push({ text: line, origin: `${name}:${number}` });
  }
  return lines;
}

/**
 * Reads one line. Returns a text that says what is wrong with it if it is invalid. Source: moby/patternmatcher 0.6,
 * ignorefile.ReadAll, then New.
 */
export function readIgnoreLine(line: string): IgnoreRule | string {
  if (isTooLong(line)) return `longer than ${LONGEST_LINE} bytes, which is Docker's limit`;
  let text = trimGoSpace(line);
  const inverted = text.startsWith('!');
  if (inverted) text = trimGoSpace(text.slice(1));
  if (text !== '') text = clean(text);
  if (text.length > 1 && text.startsWith('/')) text = text.slice(1);
  // Docker cleans the path again, now with the exclamation mark as part of its first name: `!../../a` becomes `a`.
  text = clean(trimGoSpace(`${inverted ? '!' : ''}${text}`));
  if (text === '!') return 'an exclamation mark alone';
  const exception = text.startsWith('!');
  return { text: exception ? text.slice(1) : text, exception };
}

const isTooLong = (line: string): boolean => line.length > LONGEST_LINE / 4 && Buffer.byteLength(line) > LONGEST_LINE;

/** Go's filepath.Clean. */
function clean(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
