import { isGoSpace, trimGoSpace } from '../text/go-space.ts';
import { cutAtBlanks } from './blanks.ts';

/** Splits a logical line into its keyword, its flags (`--from=build`) and the rest. */
export function splitInstruction(line: string, escapeWith: string): { keyword: string; flags: string[]; rest: string } {
  const { before, after } = cutAtBlanks(trimGoSpace(line));
  if (after === undefined) return { keyword: before, flags: [], rest: '' };
  const { flags, rest } = takeFlags(after, escapeWith);
  return { keyword: before, flags, rest: trimGoSpace(rest) };
}

/** Reads the leading words that begin with `--`, without their quotes and escapes. The word `--` alone ends the flags. */
function takeFlags(line: string, escapeWith: string): { flags: string[]; rest: string } {
  const flags: string[] = [];
  for (let at = 0; ; ) {
    while (at < line.length && isGoSpace(line.charAt(at))) at += 1;
    if (!line.startsWith('--', at)) return { flags, rest: line.slice(at) };
    const { word, quoted, end } = takeFlag(line, at, escapeWith);
    at = end;
    if (word === '--') return { flags, rest: line.slice(at) };
    if (word !== '' || quoted) flags.push(word);
  }
}

function takeFlag(line: string, start: number, escapeWith: string): { word: string; quoted: boolean; end: number } {
  let word = '';
  let quote = '';
  let quoted = false;
  let at = start;
  for (; at < line.length; at += 1) {
    let char = line.charAt(at);
    if (quote === '' && isGoSpace(char)) break;
    if (char === quote) quote = '';
    else if (quote === '' && (char === "'" || char === '"')) {
      quote = char;
      quoted = true;
    } else {
      if (char === escapeWith) {
        at += 1;
        char = line.charAt(at);
      }
      word += char;
    }
  }
  return { word, quoted, end: Math.min(at, line.length) };
}
