/** The pairs of neighbouring characters that a text has, as marks in 64 bits. */
export type CharacterPairs = readonly [number, number];

/** What a text has in it has no other marks than the text: of two numbers that is known sooner than of two texts. */
export function characterPairs(text: string): CharacterPairs {
  let [low, high] = [0, 0];
  for (let at = 1; at < text.length; at += 1) {
    const mark = (text.charCodeAt(at - 1) * 31 + text.charCodeAt(at)) & 63;
    if (mark < 32) low |= 1 << mark;
    else high |= 1 << (mark - 32);
  }
  return [low, high];
}

/** A text that each path has in it that a pattern takes; empty where nothing is known of them. */
export function longestLiteral(pattern: string): string {
  // Classes, escapes, counts and alternatives may stand for anything.
  if (/[[\]\\{|^\uFEFF]/.test(pattern)) return '';
  let longest = '';
  for (const part of pattern.split(/\*\*\/?|[*?]/)) if (part.length > longest.length) longest = part;
  return longest;
}
