/** Which pairs of neighbouring characters occur in a text. Each pair sets one of 64 bits. */
type CharacterPairs = readonly [number, number];

/** A text that contains another one has at least its bits. Comparing two numbers is faster than searching the text. */
export function characterPairs(text: string): CharacterPairs {
  let [low, high] = [0, 0];
  for (let at = 1; at < text.length; at += 1) {
    const bit = (text.charCodeAt(at - 1) * 31 + text.charCodeAt(at)) & 63;
    if (bit < 32) low |= 1 << bit;
    else high |= 1 << (bit - 32);
  }
  return [low, high];
}

/** The longest text that every path matching the pattern contains; empty if none is known. */
export function longestLiteral(pattern: string): string {
  // Classes, escapes, counts and alternatives may match many texts.
  if (/[[\]\\{|^\uFEFF]/.test(pattern)) return '';
  let longest = '';
  for (const part of pattern.split(/\*\*\/?|[*?]/)) if (part.length > longest.length) longest = part;
  return longest;
}
