import { type Heredoc, UnreadableDockerfile } from './instruction.ts';
import { lex } from './lexer.ts';

/** What begins a heredoc: all but its content. */
export type HeredocOpening = Omit<Heredoc, 'content'>;

const SIGN = /^(\d*)<<(-?)[\t\n\f\r ]*([^<]*)$/;

/** Reads `<<EOF`, `<<-EOF`, `3<<"EOF"` and the like; undefined where the word begins no heredoc. */
export function readHeredocOpening(word: string): HeredocOpening | undefined {
  const [, number = '', dash = '', rest = ''] = SIGN.exec(word) ?? [];
  if (rest === '') return undefined;
  const bare = lex(rest, { unset: 'stays' });
  if (bare === undefined) throw new UnreadableDockerfile(0, `the heredoc ${word} is not well formed`);
  const [name, ...others] = bare.words;
  if (name === undefined || others.length > 0) return undefined;
  const [quoted = ''] = lex(rest, { unset: 'stays', rawQuotes: true })?.words ?? [];
  return {
    name,
    expand: countQuotes(name) === countQuotes(quoted),
    chomp: dash !== '',
    fileDescriptor: Number(number),
  };
}

/** The heredocs that a line begins, in their order. A line whose quotes do not match begins none. */
export function heredocOpenings(line: string): HeredocOpening[] {
  const words = lex(line, { unset: 'stays', rawQuotes: true, rawEscapes: true })?.words ?? [];
  return words.flatMap((word) => readHeredocOpening(word) ?? []);
}

const countQuotes = (text: string): number => text.split(/['"]/).length - 1;
