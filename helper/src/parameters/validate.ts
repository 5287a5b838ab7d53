import { nearestOf } from './nearest.ts';
import { readBuiltImage } from './results.ts';
import type { AnyParameter, Infer, Schema } from './schema.ts';

/** The values that could be read, and a sentence for each thing that is wrong. */
export interface Validated<S extends Schema> {
  /** Whole only where there are no complaints. */
  values: Infer<S>;
  complaints: string[];
}

type Read = { value: unknown } | { complaint: string };

const isText = (value: unknown): value is string => typeof value === 'string';
const isScalar = (value: unknown): value is string | number | boolean =>
  isText(value) || typeof value === 'number' || typeof value === 'boolean';
const isPlainMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How a user would name a value's type. */
function typeName(value: unknown): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  if (isText(value)) return `the text ${JSON.stringify(value)}`;
  if (typeof value === 'object') return 'a map';
  return `${JSON.stringify(value)}`;
}

function readList(value: unknown, what = 'a list of texts'): Read {
  if (!Array.isArray(value)) return { complaint: `must be ${what}, not ${typeName(value)}` };
  const bad = value.find((entry) => !isScalar(entry));
  return bad === undefined ? { value: value.map(String) } : { complaint: `must hold texts only, not ${typeName(bad)}` };
}

function readMap(value: unknown): Read {
  if (!isPlainMap(value)) return { complaint: `must be a map of name to text, not ${typeName(value)}` };
  const entries = Object.entries(value);
  const bad = entries.find(([, entry]) => !isScalar(entry));
  if (bad) return { complaint: `must hold texts only, but ${bad[0]} is ${typeName(bad[1])}` };
  return { value: Object.fromEntries(entries.map(([name, entry]) => [name, String(entry)])) };
}

function readNumber(value: unknown, { min, max }: AnyParameter): Read {
  const number = isText(value) && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    return { complaint: `must be a number, not ${typeName(value)}` };
  if (!Number.isInteger(number)) return { complaint: `must be a whole number, not ${number}` };
  if (min !== undefined && number < min) return { complaint: `must be at least ${min}, not ${number}` };
  if (max !== undefined && number > max) return { complaint: `must be at most ${max}, not ${number}` };
  return { value: number };
}

function readImages(value: unknown): Read {
  const images = Array.isArray(value) ? value.map(readBuiltImage) : [undefined];
  return images.includes(undefined) ? { complaint: 'must be a list of results of kanikoBuild' } : { value: images };
}

function readValue(value: unknown, parameter: AnyParameter): Read {
  switch (parameter.type) {
    case 'text':
      return isText(value) || typeof value === 'number'
        ? { value: String(value) }
        : { complaint: `must be a text, not ${typeName(value)}` };
    case 'number':
      return readNumber(value, parameter);
    case 'flag':
      return typeof value === 'boolean' ? { value } : { complaint: `must be true or false, not ${typeName(value)}` };
    case 'list':
      return readList(value);
    case 'names':
      return readList(isText(value) ? [value] : value, 'a text or a list of texts');
    case 'map':
      return readMap(value);
    case 'choice':
      return isText(value) || typeof value === 'boolean'
        ? { value }
        : { complaint: `must be true, false or a text, not ${typeName(value)}` };
    case 'image': {
      const read = isText(value) ? value : readBuiltImage(value);
      return read === undefined
        ? { complaint: `must be an image's name or the result of kanikoBuild, not ${typeName(value)}` }
        : { value: read };
    }
    case 'images':
      return readImages(value);
  }
}

/** Neither a path nor an argument can hold a NUL character. */
const hasNul = (read: unknown): boolean =>
  isText(read)
    ? read.includes('\0')
    : typeof read === 'object' && read !== null && Object.entries(read).flat().some(hasNul);

function check(read: unknown, parameter: AnyParameter): string | undefined {
  if (hasNul(read)) return 'must not contain a NUL character';
  const allowed: readonly unknown[] | undefined = parameter.oneOf;
  if (allowed && !allowed.includes(read)) return `must be one of ${allowed.join(', ')}, not ${JSON.stringify(read)}`;
  if (parameter.required && (read === '' || (Array.isArray(read) && read.every((entry) => entry === ''))))
    return 'must not be empty';
  return undefined;
}

/**
 * Reads a map of parameters as a schema declares them. A value of null counts as left out: Groovy passes null for what
 * a Jenkinsfile did not set. Numbers and booleans in lists and maps become texts.
 * @param given whatever came in, by flags or from a file
 */
export function validate<S extends Schema>(schema: S, given: Readonly<Record<string, unknown>>): Validated<S> {
  const complaints: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(schema, name)) continue;
    const nearest = nearestOf(name, publicNames(schema));
    complaints.push(`there is no parameter "${name}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`);
  }
  for (const [name, parameter] of Object.entries(schema)) {
    const value = given[name];
    if (value === undefined || value === null) {
      if (parameter.required)
        complaints.push(`"${name}" is required${parameter.example ? `, for instance ${parameter.example}` : ''}`);
      else values[name] = parameter.default;
      continue;
    }
    const read = readValue(value, parameter);
    const complaint = 'complaint' in read ? read.complaint : check(read.value, parameter);
    if (complaint !== undefined) complaints.push(`"${name}" ${complaint}`);
    else if ('value' in read) values[name] = read.value;
  }
  // Each value was read by the type that the schema gives it; TypeScript cannot follow that through a loop.
  return { values: values as Infer<S>, complaints };
}

/** The names that people may use. */
export function publicNames(schema: Schema): string[] {
  return Object.keys(schema).filter((name) => !schema[name]?.internal);
}
