/**
 * A number from 0 to less than 1 that is always the same for the same text: FNV-1a, with its low bits mixed into the high ones.
 * Without the mixing, texts that differ only in their last character would lie close together.
 * Builds spread their pauses by it, and a context is cut by it: other numbers would make all segments on S3 useless.
 */
export function hashFraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}
