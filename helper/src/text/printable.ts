// Escape sequences of terminals: CSI; OSC up to BEL or ST; the other control strings up to their end; other escapes of two or
// three characters. C1's controls begin the same sequences, but a string that begins with one is removed only if it ends: text
// in a wrong encoding has such characters, too.
const ANSI =
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\)?|(?:\x1b[PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\)|\x1b[ -/]*[0-~]|\x9b[0-?]*[ -/]*[@-~]/g;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * The characters that make a text look like another one: those that turn its direction (https://trojansource.codes), line and
 * paragraph separators, invisible tags. Joiners are not among them, because scripts and emoji need them.
 */
export const DECEPTIVE_CHARACTERS = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;

/**
 * Removes what does more than show a character: colours, cursor movements, links, the notes of Jenkins' console. Of the
 * control characters tabs and line ends remain.
 */
export function printableText(text: string): string {
  return text
    .replace(ANSI, '')
    .replace(CONTROLS, '')
    .replace(DECEPTIVE_CHARACTERS, '')
    .replace(LONE_SURROGATES, '\ufffd');
}

/** Printable lines. All but the first are indented, so that none of them looks like a line of fargate-ci's own. */
export const printableLines = (text: string): string =>
  printableText(text.replace(/\r\n?/g, '\n')).replace(/\n(?=\S)/g, '\n    ');

/** Characters of a line that the log shows. A longer line is cut, so that a minified file does not flood the log. */
const LONGEST_SHOWN = 4_000;

/** Cuts a text after `most` characters and says how many more there are. It never cuts within a surrogate pair. */
export function shortenText(text: string, most: number = LONGEST_SHOWN): string {
  if (text.length <= most) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)} ... (${text.length - end} more characters)`;
}
