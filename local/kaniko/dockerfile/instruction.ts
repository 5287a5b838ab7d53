import { expandWord } from './expand-word.ts';

export interface Heredoc {
  /** The word that ends it, without quotes. */
  readonly name: string;
  /** False where the word is quoted: variables in the body are then not replaced. */
  readonly expand: boolean;
  /** True for `<<-`, which removes the tabs at the beginning of each line. */
  readonly chomp: boolean;
  readonly data: string;
}

export interface InstructionFlag {
  /** Without the leading `--`. */
  readonly name: string;
  readonly value: string;
}

/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  /** In capital letters. */
  readonly name: string;
  /** As written, without the bodies of heredocs. kaniko prints it, and puts it into the cache key. */
  readonly text: string;
  readonly flags: readonly InstructionFlag[];
  /** The text behind the flags. */
  readonly rest: string;
  readonly heredocs: readonly Heredoc[];
  /** The sign that escapes another one and continues a line: a backslash or a backquote. */
  readonly escapeSign: string;
  /** True where it comes from ONBUILD of a base image: the engine runs it as part of FROM. */
  readonly triggered?: boolean;
}

/** The white space between two words of an instruction. */
export const WORD_GAP = /[\t\v\f\r ]+/;

/**
 * Takes the flags off the beginning of an instruction's arguments.
 * @param tail the text behind the instruction's name
 */
export function splitFlags(tail: string, escapeSign: string): { flags: InstructionFlag[]; rest: string } {
  const flags: InstructionFlag[] = [];
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

/** The words of a JSON list, or undefined where the text is not a list of strings. */
export function readJson(rest: string): string[] | undefined {
  if (!rest.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(rest);
    return Array.isArray(list) && list.every((word): word is string => typeof word === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

/** One word as a shell reads it. White space may follow `<<`. */
const SHELL_WORD = /(?:<<[ \t]*|"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'])+/gs;

/** The heredocs that a line opens, their bodies not read yet. */
export function heredocsOf(rest: string): Heredoc[] {
  const openQuote = rest.replace(SHELL_WORD, '').trim() !== '';
  if (openQuote || readJson(rest)) return [];
  return (rest.match(SHELL_WORD) ?? []).flatMap((word) => readHeredoc(word) ?? []);
}

/** @returns undefined where the word opens no heredoc */
function readHeredoc(word: string): Heredoc | undefined {
  const [, dash, quoted] = /^\d*<<(-?)[ \t]*([^<]+)$/.exec(word) ?? [];
  if (quoted === undefined) return undefined;
  return { name: expandWord(quoted, new Map()), expand: !/["']/.test(quoted), chomp: dash === '-', data: '' };
}

/** The arguments of COPY and ADD. */
export interface CopyArguments {
  /** Without the heredocs. */
  readonly sources: readonly string[];
  /** Files whose content stands in the Dockerfile. */
  readonly files: readonly Heredoc[];
  readonly destination: string;
}

export function copyArguments({ rest, heredocs }: Instruction): CopyArguments {
  const words = readJson(rest) ?? rest.split(WORD_GAP);
  const isHeredoc = (word: string) => heredocs.length > 0 && readHeredoc(word) !== undefined;
  return {
    sources: words.slice(0, -1).filter((word) => !isHeredoc(word)),
    files: heredocs.map((heredoc) =>
      heredoc.chomp ? { ...heredoc, data: heredoc.data.replace(/^\t+/gm, '') } : heredoc,
    ),
    destination: words.at(-1) ?? '',
  };
}

/**
 * The `NAME=VALUE` pairs of ENV, LABEL and ARG, with their quotes. ENV and LABEL also have an old form, `NAME VALUE`;
 * an ARG may have no value.
 */
export function namedValues({ name, rest }: Instruction): { key: string; value: string | undefined }[] {
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

/** @returns the flag's value; empty where it is not given */
export function flagOf({ flags }: Instruction, flag: string): string {
  return flags.find(({ name }) => name === flag)?.value ?? '';
}
