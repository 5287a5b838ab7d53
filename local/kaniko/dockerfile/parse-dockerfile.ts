import { KanikoError } from './error.mjs';
import { heredocsOf, NOT_A_WORD, readJson, splitFlags } from './instruction.mjs';

/**
 * @typedef {import('./instruction.mjs').Instruction} Instruction
 *
 * @typedef {object} Stage
 * @property {string} base image or stage as the Dockerfile names it, its variables not filled in
 * @property {string} name in small letters; empty where it has none
 * @property {string} platform
 * @property {Instruction[]} instructions
 */

/** Every instruction that there is. */
const KNOWN =
  `ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER
  VOLUME WORKDIR`.split(/\s+/);

/**
 * Reads a Dockerfile as BuildKit's parser does, which kaniko uses: directives, continued lines, heredocs.
 * @param {string} text
 * @returns {{ globals: Instruction[], stages: Stage[] }} globals: the ARGs before the first FROM
 * @throws {KanikoError} worded as kaniko words it
 */
export function readDockerfile(text) {
  /** @type {Stage[]} */
  const stages = [];
  /** @type {Instruction[]} */
  const globals = [];
  const instructions = readInstructions(text);
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

/**
 * @param {string} text of a Dockerfile, or of triggers
 * @returns {Instruction[]}
 */
export function readInstructions(text) {
  const lines = text.replace(/^\uFEFF/, '').split(/(?<=\n)/);
  const escapeSign = readEscape(lines);
  const continued = new RegExp(`(^|[^\\${escapeSign}])\\${escapeSign}[ \\t]*$`);
  /** @type {Instruction[]} */
  const instructions = [];
  for (let at = 0; at < lines.length; at++) {
    const first = at + 1;
    let line = bare(lines[at]).trimStart();
    if (line === '' || line.startsWith('#')) continue;
    while (continued.test(line) && at + 1 < lines.length) {
      const next = bare(lines[++at]);
      if (next.trim() !== '' && !/^\s*#/.test(next)) line = line.replace(continued, '$1') + next;
    }
    line = line.replace(continued, '$1');
    const instruction = readLine(line, escapeSign, first);
    for (const heredoc of instruction.heredocs) {
      for (;;) {
        const next = lines[++at];
        if (next === undefined) throw parseError('unterminated heredoc');
        if (bare(heredoc.chomp ? next.replace(/^\t+/, '') : next) === heredoc.name) break;
        heredoc.data += next;
      }
    }
    instructions.push(instruction);
  }
  return instructions;
}

/** @param {string} [line] */
function bare(line = '') {
  return line.replace(/[\r\n]+$/, '');
}

/**
 * Directives stand before anything else.
 * @param {readonly string[]} lines
 */
function readEscape(lines) {
  for (const line of lines) {
    const directive = /^\s*#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(bare(line));
    if (!directive) break;
    if (directive[1]?.toLowerCase() !== 'escape') continue;
    if (directive[2] === '`' || directive[2] === '\\') return directive[2];
    throw parseError(`invalid escape token '${directive[2]}' does not match \` or \\`);
  }
  return '\\';
}

/**
 * @param {string} line whole, its continuations joined
 * @param {string} escapeSign
 * @param {number} number
 * @returns {Instruction}
 */
function readLine(line, escapeSign, number) {
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
  if (/^(COPY|ADD)$/.test(name) && (readJson(rest) ?? rest.split(NOT_A_WORD)).length < 2)
    throw parseError(
      `dockerfile parse error on line ${number}: ${name} requires at least two arguments, but only one was provided. Destination could not be determined`,
    );
  const trigger = name === 'ONBUILD' ? /^(\S+)[ \t]+(.*)$/s.exec(rest) : undefined;
  const heredocs = /^(RUN|COPY|ADD)$/i.test(trigger?.[1] ?? name) ? heredocsOf(trigger?.[2] ?? rest) : [];
  return { name, text, flags, rest, heredocs, escapeSign };
}

/** @param {Instruction} instruction */
function readFrom({ rest, flags }) {
  const words = rest.split(NOT_A_WORD);
  if (words.length !== 1 && (words.length !== 3 || words[1]?.toLowerCase() !== 'as'))
    throw parseError('FROM requires either one or three arguments');
  const platform = flags.find(({ name }) => name === 'platform')?.value ?? '';
  return { base: words[0] ?? '', name: (words[2] ?? '').toLowerCase(), platform, instructions: [] };
}

/** @param {string} reason */
function parseError(reason) {
  return new KanikoError(`error building image: parsing dockerfile: ${reason}`);
}

/**
 * Whether one letter more, less or another makes the one of the other.
 * @param {string} known
 * @param {string} word
 */
function isNear(known, word) {
  if (Math.abs(known.length - word.length) > 1) return false;
  let same = 0;
  while (same < known.length && known[same] === word[same]) same++;
  const [a, b] = [known.slice(same), word.slice(same)];
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1);
}
