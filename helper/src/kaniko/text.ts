// CSI, OSC (up to BEL or ST), other escapes of two or three characters; C1's own CSI.
const ANSI = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]|\x9b[0-?]*[ -/]*[@-~]/g;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** A line longer than this is cut where it is shown, so that a minified file does not flood the log. Characters. */
export const LONGEST_SHOWN = 4_000;

/** What a terminal shows in the end of a line that returns to its start: the last state of a progress bar. */
function lastState(line: string): string {
  const states = line.split('\r');
  return states.findLast((state) => state !== '') ?? '';
}

/** A line of output as plain text: no colours, no control characters but tabs, the last state of a progress bar. */
export function plainText(line: string): string {
  return lastState(line).replace(ANSI, '').replace(CONTROLS, '').replace(LONE_SURROGATES, '\ufffd').trimEnd();
}

/** Cuts a text at `most` characters, saying how many more there are. Never within a surrogate pair. */
export function cut(text: string, most: number = LONGEST_SHOWN): string {
  if (text.length <= most) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)} ... (${text.length - end} more characters)`;
}

/** A Dockerfile instruction on one line, for messages: its first line, white space folded, at most `most` characters. */
export function oneLine(instruction: string, most = 160): string {
  const [first = '', ...more] = instruction.trim().split('\n');
  const folded = first.replace(/\s+/g, ' ').trim();
  if (folded.length > most) return `${folded.slice(0, most).replace(/[\ud800-\udbff]$/, '')} ...`;
  return more.some((line) => line.trim() !== '') ? `${folded} ...` : folded;
}
