import { ExactNumber } from '../text/exact-json.ts';
import { isRecord } from '../text/is-record.ts';
import { UNSET_EXPLANATION, UNSET_WORD } from '../text/unset-variables.ts';
import { readBuiltImage } from './built-image.ts';
import type { AnyParameter } from './schema.ts';

/** The value in its parameter's type, or what is wrong: the rest of a sentence after the parameter's name, `must be a number`. */
type ReadResult = { value: unknown } | { complaint: string };

export const isText = (value: unknown): value is string => typeof value === 'string';
const isScalar = (value: unknown): value is string | number | boolean | ExactNumber =>
  isText(value) || typeof value === 'number' || typeof value === 'boolean' || value instanceof ExactNumber;
const isPlainMap = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && !(value instanceof ExactNumber);

/** A value's type, in words for a user. */
function typeName(value: unknown): string {
  if (value === null) return 'nothing (null)';
  if (value instanceof ExactNumber) return value.digits;
  if (Array.isArray(value)) return 'a list';
  if (isText(value)) return `the text ${JSON.stringify(value)}`;
  if (typeof value === 'object') return 'a map';
  return `${JSON.stringify(value)}`;
}

/** The paths of the entries of a list or a map that are null: `buildArgs.VERSION`, `mask[0]`. */
const nullsIn = (entries: readonly (readonly [path: string, value: unknown])[]): string =>
  entries.flatMap(([path, value]) => (value === null ? [path] : [])).join(', ');

function readList(name: string, value: unknown, what = 'a list of texts'): ReadResult {
  if (!Array.isArray(value)) return { complaint: `must be ${what}, not ${typeName(value)}` };
  const nulls = nullsIn(value.map((entry, at) => [`${name}[${at}]`, entry]));
  if (nulls) return { complaint: `must hold texts only, not nothing (null): ${nulls}. Leave it out` };
  const bad = value.find((entry) => !isScalar(entry));
  return bad === undefined ? { value: value.map(String) } : { complaint: `must hold texts only, not ${typeName(bad)}` };
}

/** @param removable whether null is allowed: it takes an entry away */
function readMap(name: string, value: unknown, removable = false): ReadResult {
  if (!isPlainMap(value)) return { complaint: `must be a map of name to text, not ${typeName(value)}` };
  const entries = Object.entries(value);
  if (Object.hasOwn(value, UNSET_WORD)) return { complaint: `has an entry named "null": ${UNSET_EXPLANATION}` };
  const nulls = removable ? '' : nullsIn(entries.map(([key, entry]) => [`${name}.${key}`, entry]));
  if (nulls) return { complaint: `must hold texts only, not nothing (null): ${nulls}. Give a text, or leave it out` };
  const bad = entries.find(([, entry]) => entry !== null && !isScalar(entry));
  if (bad) return { complaint: `must hold texts only, but ${bad[0]} is ${typeName(bad[1])}` };
  return { value: Object.fromEntries(entries.map(([key, entry]) => [key, entry === null ? null : String(entry)])) };
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

function readNumber(value: unknown, { min, max = Number.MAX_SAFE_INTEGER }: AnyParameter): ReadResult {
  const text = value instanceof ExactNumber ? value.digits : isText(value) ? value.trim() : undefined;
  const number = text !== undefined && NUMBER.test(text) ? Number(text) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    return { complaint: `must be a number, not ${typeName(value)}` };
  const shown = text ?? number;
  if (!Number.isInteger(number)) return { complaint: `must be a whole number, not ${shown}` };
  if (min !== undefined && number < min) return { complaint: `must be at least ${min}, not ${shown}` };
  if (number > max) return { complaint: `must be at most ${max}, not ${shown}` };
  return { value: number };
}

function readImages(value: unknown): ReadResult {
  const images = Array.isArray(value) ? value.map(readBuiltImage) : [undefined];
  return images.includes(undefined) ? { complaint: 'must be a list of results of kanikoBuild' } : { value: images };
}

function readText(value: unknown): ReadResult {
  return isScalar(value) && typeof value !== 'boolean'
    ? { value: String(value) }
    : { complaint: `must be a text, not ${typeName(value)}` };
}

/** Reads one value as its parameter's type wants it. Numbers and booleans in lists and maps become texts. */
export function readValue(name: string, value: unknown, parameter: AnyParameter): ReadResult {
  switch (parameter.type) {
    case 'text':
      return readText(value);
    case 'number':
      return readNumber(value, parameter);
    case 'flag':
      return typeof value === 'boolean' ? { value } : { complaint: `must be true or false, not ${typeName(value)}` };
    case 'list':
      return readList(name, value);
    case 'names':
      return readList(name, isText(value) ? [value] : value, 'a text or a list of texts');
    case 'map':
      return readMap(name, value);
    case 'changes':
      return readMap(name, value, true);
    case 'choice':
      return isText(value) || typeof value === 'boolean'
        ? { value }
        : { complaint: `must be true, false or a text, not ${typeName(value)}` };
    case 'image': {
      const image = isText(value) ? value : readBuiltImage(value);
      return image === undefined
        ? { complaint: `must be an image's name or the result of kanikoBuild, not ${typeName(value)}` }
        : { value: image };
    }
    case 'images':
      return readImages(value);
  }
}
