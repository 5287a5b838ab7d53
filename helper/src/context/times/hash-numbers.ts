import type { HashedFile } from '../entries.ts';

// Paths and contents as numbers of 48 bits, which take six bytes each. Somebody could make two paths or contents with the same
// number, but would only give the wrong time to files of their own.

/** The number of a path: cyrb53, a quick hash. */
export function pathNumber(path: string): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < path.length; at += 1) {
    const code = path.charCodeAt(at);
    a = Math.imul(a ^ code, 0x9e3779b1);
    b = Math.imul(b ^ code, 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b & 0xffff) * 2 ** 32 + (a >>> 0);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const DIGITS = new Uint8Array(128);
for (let digit = 0; digit < ALPHABET.length; digit += 1) DIGITS[ALPHABET.charCodeAt(digit)] = digit;

/** The number of a file's content: the first 48 bits of its SHA-256, which is in base64url. */
export function contentNumber({ hash }: Pick<HashedFile, 'hash'>): number {
  let [high, low] = [0, 0];
  for (let at = 0; at < 4; at += 1) {
    high = high * 64 + (DIGITS[hash.charCodeAt(at)] ?? 0);
    low = low * 64 + (DIGITS[hash.charCodeAt(at + 4)] ?? 0);
  }
  return high * 2 ** 24 + low;
}
