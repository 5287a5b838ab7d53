import { KanikoError } from '../kaniko-error.ts';
import { type Heredoc, heredocsOf, type Instruction, readJson, splitFlags, WORD_GAP } from './instruction.ts';

/** A stage as the Dockerfile has it. */
export interface ParsedStage {
  /** An image or a stage. Variables in it are not replaced yet. */
  readonly base: string;
  /** In small letters; empty where the stage has no name. */
  readonly name: string;
  readonly platform: string;
  readonly instructions: readonly Instruction[];
}

/** All instructions of Dockerfiles. */
const KNOWN =
  `ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER
  VOLUME WORKDIR`.split(/\s+/);

/**
 * Reads a Dockerfile as BuildKit's parser does, which kaniko uses: directives, continued lines, heredocs.
 * @returns globals: the ARGs before the first FROM
 * @throws KanikoError in kaniko's words
 */
export function parseDockerfile(text: string): { globals: Instruction[]; stages: ParsedStage[] } {
  const stages: (ParsedStage & { instructions: Instruction[] })[] = [];
  const globals: Instruction[] = [];
  const instructions = parseInstructions(text);
  if (instructions.length === 0) throw parseError('file with no instructions');
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') stages.push(readFrom(instruction));
    else if (stages.length > 0) stages.at(-1)?.instructions.push(instruction);
    else if (instruction.name === 'ARG') globals.push(instruction);
    else throw parseError('no build stage in current context');
  }
  if (stages.length === 0)
    throw new KanikoError('error building image: dockerfile must contain at least one FROM instruction');
  return { globals, stages };
}

/** @param text a Dockerfile, or the lines of ONBUILD */
export function parseInstructions(text: string): Instruction[] {
  const lines = text.replace(/^\uFEFF/, '').split(/(?<=\n)/);
  const escapeSign = readEscape(lines);
  const continued = new RegExp(`(^|[^\\${escapeSign}])\\${escapeSign}[ \\t]*$`);
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; at++) {
    const first = at + 1;
    let line = withoutLineEnd(lines[at]).trimStart();
    if (line === '' || line.startsWith('#')) continue;
    while (continued.test(line) && at + 1 < lines.length) {
      const next = withoutLineEnd(lines[++at]);
      if (next.trim() !== '' && !/^\s*#/.test(next)) line = line.replace(continued, '$1') + next;
    }
    line = line.replace(continued, '$1');
    const instruction = readLine(line, escapeSign, first);
    const heredocs: Heredoc[] = [];
    for (const heredoc of instruction.heredocs) {
      const body = readBody(heredoc, lines, at + 1);
      at += body.length + 1; // the line that ends the heredoc, too
      heredocs.push({ ...heredoc, data: body.join('') });
    }
    instructions.push({ ...instruction, heredocs });
  }
  return instructions;
}

/** The lines of a heredoc's body, up to the line that ends it. */
function readBody({ name, chomp }: Heredoc, lines: readonly string[], start: number): string[] {
  const isEnd = (line: string) => withoutLineEnd(chomp ? line.replace(/^\t+/, '') : line) === name;
  const length = lines.slice(start).findIndex(isEnd);
  if (length < 0) throw parseError('unterminated heredoc');
  return lines.slice(start, start + length);
}

function withoutLineEnd(line = ''): string {
  return line.replace(/[\r\n]+$/, '');
}

/** Reads the escape directive. Directives come before everything else in the file. */
function readEscape(lines: readonly string[]): string {
  for (const line of lines) {
    const directive = /^\s*#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(withoutLineEnd(line));
    if (!directive) break;
    if (directive[1]?.toLowerCase() !== 'escape') continue;
    if (directive[2] === '`' || directive[2] === '\\') return directive[2];
    throw parseError(`invalid escape token '${directive[2]}' does not match \` or \\`);
  }
  return '\\';
}

/**
 * @param line with its continued lines joined
 * @param number of its first line
 */
function readLine(line: string, escapeSign: string, number: number): Instruction {
  const text = line.trim();
  const [, word = '', tail = ''] = /^(\S+)(?:[ \t]+(.*))?$/s.exec(text) ?? [];
  const name = word.toUpperCase();
  if (!KNOWN.includes(name)) {
    const like = KNOWN.find((known) => isNear(known, name));
    const hint = like ? ` (did you mean ${like}?)` : '';
    throw parseError(`dockerfile parse error on line ${number}: unknown instruction: ${word}${hint}`);
  }
  const { flags, rest } = splitFlags(tail, escapeSign);
  if (rest === '' && name !== 'CMD' && name !== 'ENTRYPOINT' && name !== 'RUN')
    throw parseError(`dockerfile parse error on line ${number}: ${name} requires at least one argument`);
  if (/^(COPY|ADD)$/.test(name) && (readJson(rest) ?? rest.split(WORD_GAP)).length < 2)
    throw parseError(
      `dockerfile parse error on line ${number}: ${name} requires at least two arguments, but only one was provided. Destination could not be determined`,
    );
  const trigger = name === 'ONBUILD' ? /^(\S+)[ \t]+(.*)$/s.exec(rest) : undefined;
  const heredocs = /^(RUN|COPY|ADD)$/i.test(trigger?.[1] ?? name) ? heredocsOf(trigger?.[2] ?? rest) : [];
  return { name, text, flags, rest, heredocs, escapeSign };
}

function readFrom({ rest, flags }: Instruction): ParsedStage & { instructions: Instruction[] } {
  const words = rest.split(WORD_GAP);
  if (words.length !== 1 && (words.length !== 3 || words[1]?.toLowerCase() !== 'as'))
    throw parseError('FROM requires either one or three arguments');
  const platform = flags.find(({ name }) => name === 'platform')?.value ?? '';
  return { base: words[0] ?? '', name: (words[2] ?? '').toLowerCase(), platform, instructions: [] };
}

function parseError(reason: string): KanikoError {
  return new KanikoError(`error building image: parsing dockerfile: ${reason}`);
}

/** Whether two words differ by one letter at most. */
function isNear(known: string, word: string): boolean {
  if (Math.abs(known.length - word.length) > 1) return false;
  let same = 0;
  while (same < known.length && known[same] === word[same]) same++;
  const [a, b] = [known.slice(same), word.slice(same)];
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1);
}
