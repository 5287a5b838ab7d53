import { isGoSpace, trimGoSpaceStart } from '../text/go-space.ts';
import { UnreadableDockerfile } from './instruction.ts';

/** The longest line, in bytes, that BuildKit's scanner accepts. */
const LONGEST_LINE = 65_535;

/** Gives the lines of a text one after the other, each with its line end. */
export class Lines {
  /** The number of the line that was read last, from 1. */
  number = 0;
  #at = 0;

  constructor(readonly text: string) {}

  /** The next line; undefined after the last one. */
  next(): string | undefined {
    if (this.#at >= this.text.length) return undefined;
    const found = this.text.indexOf('\n', this.#at);
    const end = found < 0 ? this.text.length : found + 1;
    const line = this.text.slice(this.#at, end);
    this.#at = end;
    this.number += 1;
    if (line.length * 3 > LONGEST_LINE && Buffer.byteLength(line) - (found < 0 ? 0 : 1) > LONGEST_LINE) {
      throw new UnreadableDockerfile(this.number, `a line is longer than ${LONGEST_LINE} bytes`);
    }
    return line;
  }
}

/** A line without its line end and without the carriage returns before it. */
export function trimLineEnd(line: string): string {
  let end = line.length;
  while (end > 0 && '\r\n'.includes(line.charAt(end - 1))) end -= 1;
  return line.slice(0, end);
}

export const isComment = (line: string): boolean => trimGoSpaceStart(line).startsWith('#');

export function isEmptyLine(line: string): boolean {
  for (const char of line) if (!isGoSpace(char)) return false;
  return true;
}

/** Removes the continuation character from a line's end. Two such characters in a row do not continue the line. */
export function continuation(line: string, escapeWith: string): { line: string; continues: boolean } {
  let end = line.length;
  while (end > 0 && ' \t'.includes(line.charAt(end - 1))) end -= 1;
  const continues =
    end > 0 && line.charAt(end - 1) === escapeWith && (end === 1 || line.charAt(end - 2) !== escapeWith);
  return { line: continues ? line.slice(0, end - 1) : line, continues };
}

const DIRECTIVES = ['syntax', 'check', 'escape'];

/** Reads the directives at the very beginning of a Dockerfile, such as `# escape=`. Any other line ends them. */
export class Directives {
  readonly found = new Map<string, string>();
  /** The character that continues a line and that escapes characters in words. */
  escape = '\\';
  #ended = false;

  /** @param line without its line end and the blanks before it */
  take(line: string, number: number): void {
    if (this.#ended) return;
    const directive = line.startsWith('#') ? readDirective(trimGoSpaceStart(line.slice(1))) : undefined;
    if (directive === undefined) {
      this.#ended = true;
      return;
    }
    const { name, value } = directive;
    if (this.found.has(name)) throw new UnreadableDockerfile(number, `only one directive ${name} can be used`);
    this.found.set(name, value);
    if (name !== 'escape') return;
    if (value !== '\\' && value !== '`')
      throw new UnreadableDockerfile(number, `the escape character must be \\ or \``);
    this.escape = value;
  }
}

function readDirective(text: string): { name: string; value: string } | undefined {
  const equals = text.indexOf('=');
  if (equals < 0) return undefined;
  const name = asciiTrim(text.slice(0, equals)).toLowerCase();
  const rest = text.slice(equals + 1);
  if (!DIRECTIVES.includes(name) || rest === '' || isGoSpace(text.charAt(0))) return undefined;
  return { name, value: asciiTrim(rest) || rest.slice(-1) };
}

/** A text without the leading and trailing characters that `\s` matches in Go. */
function asciiTrim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && '\t\n\f\r '.includes(text.charAt(start))) start += 1;
  while (end > start && '\t\n\f\r '.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
