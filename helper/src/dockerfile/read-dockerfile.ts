import { trimGoSpaceStart } from '../text/go-space.ts';
import { type HeredocOpening, heredocOpenings } from './heredoc.ts';
import { type Dockerfile, type Heredoc, type Instruction, UnreadableDockerfile } from './instruction.ts';
import { BadArguments, readArguments } from './instruction-arguments.ts';
import { continuation, Directives, isComment, isEmptyLine, Lines, trimLineEnd } from './lines.ts';
import { splitInstruction } from './split-instruction.ts';

/**
 * Reads a Dockerfile by the rules of BuildKit's parser (frontend/dockerfile/parser), which kaniko uses. Time and memory
 * grow with the text's length alone.
 * @returns an UnreadableDockerfile where that parser refuses it
 */
export function readDockerfile(text: string): Dockerfile | UnreadableDockerfile {
  try {
    return readInstructions(new Lines(text));
  } catch (error) {
    if (error instanceof UnreadableDockerfile) return error;
    throw error;
  }
}

function readInstructions(lines: Lines): Dockerfile {
  const directives = new Directives();
  const instructions: Instruction[] = [];
  for (let raw = lines.next(); raw !== undefined; raw = lines.next()) {
    const line = withoutByteOrderMark(raw, lines.number);
    directives.take(line, lines.number);
    if (isComment(line) || line === '') continue;
    const first = lines.number;
    const text = joinContinuations(line, lines, directives);
    const instruction = readInstruction(text, directives.escape, first);
    const heredocs = takesHeredocs(instruction) ? heredocsOf(text, lines, first) : [];
    for (const one of [instruction, instruction.trigger]) {
      if (one === undefined) continue;
      one.heredocs = heredocs;
      one.last = lines.number;
    }
    instructions.push(instruction);
  }
  if (instructions.length === 0) throw new UnreadableDockerfile(lines.number, 'it has no instructions');
  return { instructions, directives: directives.found };
}

/** A line without leading blanks and line end, and without the byte order mark that may begin the file. */
function withoutByteOrderMark(raw: string, number: number): string {
  const line = number === 1 && raw.startsWith('\uFEFF') ? raw.slice(1) : raw;
  return trimGoSpaceStart(trimLineEnd(line));
}

/** A line joined with the lines that continue it. Comments and empty lines between them are skipped. */
function joinContinuations(line: string, lines: Lines, directives: Directives): string {
  const pieces: string[] = [];
  let { line: piece, continues } = continuation(line, directives.escape);
  pieces.push(piece);
  while (continues) {
    const raw = lines.next();
    if (raw === undefined) break;
    const next = trimLineEnd(raw);
    if (isComment(next) || isEmptyLine(next)) continue;
    ({ line: piece, continues } = continuation(next, directives.escape));
    pieces.push(piece);
  }
  return pieces.join('');
}

function readInstruction(text: string, escapeWith: string, line: number, inTrigger = false): Instruction {
  try {
    const { keyword: written, flags, rest } = splitInstruction(text, escapeWith);
    const keyword = written.toUpperCase();
    // ONBUILD within ONBUILD is not allowed, so only one level is read.
    const trigger =
      keyword === 'ONBUILD' && rest !== '' && !inTrigger ? readInstruction(rest, escapeWith, line, true) : undefined;
    const { args, json } = readArguments(keyword, rest, escapeWith);
    return { keyword, first: line, last: line, flags, args, json, heredocs: [], text, trigger };
  } catch (error) {
    if (error instanceof BadArguments) throw new UnreadableDockerfile(line, error.message);
    throw error;
  }
}

const WITH_HEREDOCS = ['ADD', 'COPY', 'RUN'];

function takesHeredocs(instruction: Instruction): boolean {
  const { keyword, json } = instruction.trigger ?? instruction;
  return WITH_HEREDOCS.includes(keyword) && !json;
}

function heredocsOf(text: string, lines: Lines, first: number): Heredoc[] {
  if (!text.includes('<<')) return [];
  try {
    return heredocOpenings(text).map((opening) => ({ ...opening, content: contentOf(opening, lines, first) }));
  } catch (error) {
    if (error instanceof UnreadableDockerfile && error.line === 0) throw new UnreadableDockerfile(first, error.message);
    throw error;
  }
}

function contentOf({ name, chomp }: HeredocOpening, lines: Lines, first: number): string {
  const content: string[] = [];
  for (let raw = lines.next(); raw !== undefined; raw = lines.next()) {
    const line = trimLineEnd(raw);
    if ((chomp ? line.replace(/^\t+/, '') : line) === name) return content.join('');
    content.push(raw);
  }
  throw new UnreadableDockerfile(first, `the heredoc ${name} has no end: a line with nothing but ${name}`);
}
