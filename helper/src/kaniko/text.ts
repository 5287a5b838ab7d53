import { plain } from '../plain.ts';

/** A line longer than this is cut where it is shown, so that a minified file does not flood the log. Characters. */
export const LONGEST_SHOWN = 4_000;

/** What a terminal shows in the end of a line that returns to its start: the last state of a progress bar. */
function lastState(line: string): string {
  const states = line.split('\r');
  return states.findLast((state) => state !== '') ?? '';
}

/** A line of output as plain text, see plain.ts; of a progress bar the last state. */
export const plainText = (line: string): string => plain(lastState(line)).trimEnd();

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
