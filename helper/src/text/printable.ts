// CSI; OSC up to BEL or ST; the other strings where they end; other escapes of two or three characters. The same by C1's
// controls, whose strings must end: text in a wrong encoding has such characters, too.
const ANSI =
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\)?|(?:\x1b[PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\)|\x1b[ -/]*[0-~]|\x9b[0-?]*[ -/]*[@-~]/g;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * What makes a text look like another one: marks that turn its direction (https://trojansource.codes), line and
 * paragraph separators, invisible tags. Joiners stay: scripts and emoji need them.
 */
export const DECEIVING = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;

/** A text that can only be read: no colours, cursor movements, links or Jenkins' notes; of controls tabs and line ends. */
export function plain(text: string): string {
  return text.replace(ANSI, '').replace(CONTROLS, '').replace(DECEIVING, '').replace(LONE_SURROGATES, '\ufffd');
}

/** A text for a line of its own, or some below it: none of them begins where ours do. */
export const indented = (text: string): string => plain(text.replace(/\r\n?/g, '\n')).replace(/\n(?=\S)/g, '\n    ');

/** A line longer than this is cut where it is shown, so that a minified file does not flood the log. Characters. */
const LONGEST_SHOWN = 4_000;

/** Cuts a text at `most` characters, saying how many more there are. Never within a surrogate pair. */
export function cut(text: string, most: number = LONGEST_SHOWN): string {
  if (text.length <= most) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)} ... (${text.length - end} more characters)`;
}
