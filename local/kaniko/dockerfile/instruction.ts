import { expand } from './word.mjs';

/**
 * @typedef {object} Heredoc
 * @property {string} name the word that ends it, without quotes
 * @property {boolean} expand false: the word is quoted, variables in the body stay as they are
 * @property {boolean} chomp `<<-`: tabs before a line are no part of it
 * @property {string} data
 *
 * @typedef {object} Instruction
 * @property {string} name in capital letters
 * @property {string} text as it is written, continuations joined, without heredoc bodies: what kaniko prints, and its key
 * @property {{ name: string, value: string }[]} flags
 * @property {string} rest what follows the flags
 * @property {Heredoc[]} heredocs
 * @property {string} escapeSign what escapes a sign, and continues a line
 * @property {boolean} [triggered] by ONBUILD of a base image: the engine runs it with FROM
 */

/** What parts the words of an instruction. */
export const NOT_A_WORD = /[\t\v\f\r ]+/;

/**
 * @param {string} tail of an instruction
 * @param {string} escapeSign
 * @returns {{ flags: { name: string, value: string }[], rest: string }}
 */
export function splitFlags(tail, escapeSign) {
  const flags = [];
  let rest = tail.trim();
  while (rest.startsWith('--')) {
    const word = new RegExp(
      `^(?:"(?:[^"\\${escapeSign}]|\\${escapeSign}.)*"|'[^']*'|\\${escapeSign}.|[^\\s"'])+`,
      's',
    ).exec(rest)?.[0];
    if (word === undefined) break;
    rest = rest.slice(word.length).trimStart();
    if (word === '--') break;
    const [, name = '', value = ''] = /^--([^=]*)=?(.*)$/s.exec(word.replace(/["']/g, '')) ?? [];
    flags.push({ name, value });
  }
  return { flags, rest };
}

/**
 * The words of a JSON list; undefined where it is none.
 * @param {string} rest
 * @returns {string[] | undefined}
 */
export function readJson(rest) {
  if (!rest.startsWith('[')) return undefined;
  try {
    const list = JSON.parse(rest);
    return Array.isArray(list) && list.every((word) => typeof word === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

/** A word for the shell; space may stand behind `<<`. */
const SHELL_WORD = /(?:<<[ \t]*|"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'])+/gs;

/**
 * The heredocs that a line opens, their bodies still empty.
 * @param {string} rest
 * @returns {Heredoc[]}
 */
export function heredocsOf(rest) {
  const openQuote = rest.replace(SHELL_WORD, '').trim() !== '';
  if (openQuote || readJson(rest)) return [];
  return (rest.match(SHELL_WORD) ?? []).flatMap((word) => readHeredoc(word) ?? []);
}

/**
 * @param {string} word
 * @returns {Heredoc | undefined}
 */
export function readHeredoc(word) {
  const [, dash, quoted] = /^\d*<<(-?)[ \t]*([^<]+)$/.exec(word) ?? [];
  if (quoted === undefined) return undefined;
  return { name: expand(quoted, new Map()), expand: !/["']/.test(quoted), chomp: dash === '-', data: '' };
}

/**
 * Sources and destination of COPY and ADD.
 * @param {Instruction} instruction
 * @returns {{ sources: string[], files: Heredoc[], destination: string }}
 */
export function copied({ rest, heredocs }) {
  const words = readJson(rest) ?? rest.split(NOT_A_WORD);
  const isHeredoc = (/** @type {string} */ word) => heredocs.length > 0 && readHeredoc(word) !== undefined;
  return {
    sources: words.slice(0, -1).filter((word) => !isHeredoc(word)),
    files: heredocs.map((heredoc) =>
      heredoc.chomp ? { ...heredoc, data: heredoc.data.replace(/^\t+/gm, '') } : heredoc,
    ),
    destination: words.at(-1) ?? '',
  };
}

/**
 * NAME=VALUE pairs of ENV and LABEL, or the old form NAME VALUE; of ARG names without value, too.
 * @param {Instruction} instruction
 * @returns {{ key: string, value: string | undefined }[]} quotes as written
 */
export function pairs({ name, rest }) {
  const words = rest.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\]|\\$)+/gs) ?? [];
  if (name !== 'ARG' && !words[0]?.includes('=')) {
    const [, key = '', value = ''] = /^(\S+)\s+(.*)$/s.exec(rest) ?? [];
    return [{ key, value }];
  }
  return words.map((word) => {
    const at = word.indexOf('=');
    return at < 0 ? { key: word, value: undefined } : { key: word.slice(0, at), value: word.slice(at + 1) };
  });
}

/**
 * @param {Instruction} instruction
 * @param {string} flag
 */
export function flagOf({ flags }, flag) {
  return flags.find(({ name }) => name === flag)?.value ?? '';
}
