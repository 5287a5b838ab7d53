import { isUtf8 } from 'node:buffer';
import { DECEIVING } from '../../text/printable.ts';

/** A file name's bytes as text; `undefined` where they are not UTF-8. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** A name for people: what is not UTF-8, and control characters, as `\xNN`; what makes it look like another, as `\u{NN}`. */
export function showName(name: Buffer | string): string {
  const bytes = typeof name === 'string' ? Buffer.from(name, 'utf8') : name;
  const valid = decodeUtf8(bytes) !== undefined;
  const hex = (code: number) => `\\x${code.toString(16).padStart(2, '0')}`;
  if (valid) {
    return bytes
      .toString('utf8')
      .replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => hex(char.charCodeAt(0)))
      .replace(DECEIVING, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
  }
  return [...bytes].map((byte) => (byte < 0x20 || byte > 0x7e ? hex(byte) : String.fromCharCode(byte))).join('');
}

/** A path for a message: of a very long one the beginning and the end. */
export const shortenPath = (path: string): string =>
  path.length <= LONGEST_SHOWN ? path : `${path.slice(0, LONGEST_SHOWN / 2)} ... ${path.slice(-LONGEST_SHOWN / 2)}`;

const LONGEST_SHOWN = 400;

/** The code of a file system's error, e.g. `ENOENT`; empty for any other value. */
export function errorCode(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}

/**
 * A name's or path's bytes, each as a character (latin1): it need not be UTF-8, sorts as its bytes do, and costs a fraction
 * of what a Buffer does.
 */
export type ByteString = string;

const BEYOND_ASCII = /[^\x00-\x7f]/;
export const bytesOfName = (text: ByteString): Buffer => Buffer.from(text, 'latin1');
/** As the file system's calls take it. */
export const fileSystemPath = (path: ByteString): string | Buffer =>
  BEYOND_ASCII.test(path) ? bytesOfName(path) : path;
/** As text; undefined where it is not UTF-8. */
export const decodeByteString = (name: ByteString): string | undefined =>
  BEYOND_ASCII.test(name) ? decodeUtf8(bytesOfName(name)) : name;
