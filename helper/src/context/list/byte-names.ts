import { isUtf8 } from 'node:buffer';
import { DECEPTIVE_CHARACTERS } from '../../text/printable.ts';

/** Decodes UTF-8, for example a symlink's target; undefined for bytes that are not UTF-8. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/**
 * Makes a name safe to print. Control characters and bytes that are not UTF-8 become `\xNN`. Characters that make a name look
 * like another one become `\u{NN}`.
 */
export function showName(name: Buffer | string): string {
  const bytes = typeof name === 'string' ? Buffer.from(name, 'utf8') : name;
  const valid = decodeUtf8(bytes) !== undefined;
  const hex = (code: number) => `\\x${code.toString(16).padStart(2, '0')}`;
  if (valid) {
    return bytes
      .toString('utf8')
      .replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => hex(char.charCodeAt(0)))
      .replace(DECEPTIVE_CHARACTERS, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
  }
  return [...bytes].map((byte) => (byte < 0x20 || byte > 0x7e ? hex(byte) : String.fromCharCode(byte))).join('');
}

/** Shortens a path for a message: a very long one keeps its beginning and its end. */
export const shortenPath = (path: string): string =>
  path.length <= LONGEST_SHOWN ? path : `${path.slice(0, LONGEST_SHOWN / 2)} ... ${path.slice(-LONGEST_SHOWN / 2)}`;

const LONGEST_SHOWN = 400;

/** The code of a file system error, such as `ENOENT`; empty for any other value. */
export function errorCode(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}

/**
 * The bytes of a name or path as a string, one character for each byte (latin1). Such a string can hold a name that is not
 * UTF-8, sorts like the bytes, and costs much less than a Buffer.
 */
export type ByteString = string;

const BEYOND_ASCII = /[^\x00-\x7f]/;
export const bytesOfName = (text: ByteString): Buffer => Buffer.from(text, 'latin1');
/** The path in the form that file system calls need. */
export const fileSystemPath = (path: ByteString): string | Buffer =>
  BEYOND_ASCII.test(path) ? bytesOfName(path) : path;
/** Decodes a byte string as UTF-8; undefined if it is not UTF-8. */
export const decodeByteString = (name: ByteString): string | undefined =>
  BEYOND_ASCII.test(name) ? decodeUtf8(bytesOfName(name)) : name;
