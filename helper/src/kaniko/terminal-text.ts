import { printableText } from '../text/printable.ts';

/** The text that a terminal shows in the end for a line with carriage returns: the last state of a progress bar. */
function lastState(line: string): string {
  const states = line.split('\r');
  return states.findLast((state) => state !== '') ?? '';
}

/** A line of output without terminal codes (see text/printable.ts); of a progress bar its last state. */
export const plainText = (line: string): string => printableText(lastState(line)).trimEnd();

/** The first line of a Dockerfile instruction, for messages: white space is folded, at most `most` characters are shown. */
export function oneLine(instruction: string, most = 160): string {
  const [first = '', ...more] = instruction.trim().split('\n');
  const folded = first.replace(/\s+/g, ' ').trim();
  if (folded.length > most) return `${folded.slice(0, most).replace(/[\ud800-\udbff]$/, '')} ...`;
  return more.some((line) => line.trim() !== '') ? `${folded} ...` : folded;
}
