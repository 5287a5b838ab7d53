import { UnreadableDockerfile } from './instruction.ts';
import { isSpace, trimStart } from './white-space.ts';

/** What BuildKit's scanner takes in one line, in bytes. */
const LONGEST_LINE = 65_535;

/** The lines of a text, each with its line end, one after the other. */
export class Lines {
  /** Number of the line that was read last, from 1. */
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

/** Without its line end, and all carriage returns before it. */
export function trimLineEnd(line: string): string {
  let end = line.length;
  while (end > 0 && '\r\n'.includes(line.charAt(end - 1))) end -= 1;
  return line.slice(0, end);
}

export const isComment = (line: string): boolean => trimStart(line).startsWith('#');

export function isEmptyLine(line: string): boolean {
  for (const char of line) if (!isSpace(char)) return false;
  return true;
}

/** Takes a continuation character off a line's end. It is none where another one stands before it. */
export function continuation(line: string, escapeWith: string): { line: string; continues: boolean } {
  let end = line.length;
  while (end > 0 && ' \t'.includes(line.charAt(end - 1))) end -= 1;
  const continues =
    end > 0 && line.charAt(end - 1) === escapeWith && (end === 1 || line.charAt(end - 2) !== escapeWith);
  return { line: continues ? line.slice(0, end - 1) : line, continues };
}

const KNOWN = ['syntax', 'check', 'escape'];

/** Reads the directives at a Dockerfile's very beginning: `# escape=` and its like, until anything else comes. */
export class Directives {
  readonly found = new Map<string, string>();
  /** What continues a line, and escapes in words. */
  escape = '\\';
  #done = false;

  /** @param line without its line end and the blanks before it */
  take(line: string, number: number): void {
    if (this.#done) return;
    const directive = line.startsWith('#') ? readDirective(trimStart(line.slice(1))) : undefined;
    if (directive === undefined) {
      this.#done = true;
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
  if (!KNOWN.includes(name) || rest === '' || isSpace(text.charAt(0))) return undefined;
  return { name, value: asciiTrim(rest) || rest.slice(-1) };
}

/** Without what `\s` takes in Go. */
function asciiTrim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && '\t\n\f\r '.includes(text.charAt(start))) start += 1;
  while (end > start && '\t\n\f\r '.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
