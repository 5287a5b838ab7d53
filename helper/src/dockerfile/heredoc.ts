import { type Heredoc, UnreadableDockerfile } from './instruction.ts';
import { lex } from './lexer.ts';

/** The opening of a heredoc, `<<EOF`, in the instruction's line: everything but its content. */
export type HeredocOpening = Omit<Heredoc, 'content'>;

const OPENING = /^(\d*)<<(-?)[\t\n\f\r ]*([^<]*)$/;

/**
 * Reads an opening such as `<<EOF`, `<<-EOF` or `3<<"EOF"`; undefined for any other word.
 * @throws UnreadableDockerfile, with line 0, for an opening that is not well formed
 */
function readHeredocOpening(word: string): HeredocOpening | undefined {
  const [, number = '', dash = '', rest = ''] = OPENING.exec(word) ?? [];
  if (rest === '') return undefined;
  const lexed = lex(rest, { unsetVariable: 'keep' });
  if (lexed === undefined) throw new UnreadableDockerfile(0, `the heredoc ${word} is not well formed`);
  const [name, ...others] = lexed.words;
  if (name === undefined || others.length > 0) return undefined;
  const [withQuotes = ''] = lex(rest, { unsetVariable: 'keep', rawQuotes: true })?.words ?? [];
  return {
    name,
    expand: countQuotes(name) === countQuotes(withQuotes),
    chomp: dash !== '',
    fileDescriptor: Number(number),
  };
}

/** The openings in a line, in their order; none where the quotes of the line do not match. */
export function heredocOpenings(line: string): HeredocOpening[] {
  const words = lex(line, { unsetVariable: 'keep', rawQuotes: true, rawEscapes: true })?.words ?? [];
  return words.flatMap((word) => readHeredocOpening(word) ?? []);
}

const countQuotes = (text: string): number => text.split(/['"]/).length - 1;

/** True for a word that is the opening of a heredoc. */
export function isHeredocOpening(word: string): boolean {
  try {
    return readHeredocOpening(word) !== undefined;
  } catch {
    return false;
  }
}
