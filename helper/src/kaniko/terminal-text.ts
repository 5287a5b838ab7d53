import { plain } from '../text/printable.ts';

/** What a terminal shows in the end of a line that returns to its start: the last state of a progress bar. */
function lastState(line: string): string {
  const states = line.split('\r');
  return states.findLast((state) => state !== '') ?? '';
}

/** A line of output as plain text, see plain.ts; of a progress bar the last state. */
export const plainText = (line: string): string => plain(lastState(line)).trimEnd();

/** A Dockerfile instruction on one line, for messages: its first line, white space folded, at most `most` characters. */
export function oneLine(instruction: string, most = 160): string {
  const [first = '', ...more] = instruction.trim().split('\n');
  const folded = first.replace(/\s+/g, ' ').trim();
  if (folded.length > most) return `${folded.slice(0, most).replace(/[\ud800-\udbff]$/, '')} ...`;
  return more.some((line) => line.trim() !== '') ? `${folded} ...` : folded;
}
