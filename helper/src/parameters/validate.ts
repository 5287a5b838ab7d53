import { nearestOf } from '../text/nearest-name.ts';
import { hasUnsetPart, unsetComplaint } from '../text/unset-variables.ts';
import { isText, readValue } from './read-value.ts';
import type { AnyParameter, Infer, Schema } from './schema.ts';

/** The values that could be read, and a sentence for each thing that is wrong. */
export interface Validated<S extends Schema> {
  /** Whole only where there are no complaints. */
  values: Infer<S>;
  complaints: string[];
}

/** Neither a path nor an argument can hold a NUL character. */
const hasNul = (read: unknown): boolean =>
  isText(read)
    ? read.includes('\0')
    : typeof read === 'object' && read !== null && Object.entries(read).flat().some(hasNul);

/** A sentence about a value that could be read, and is none that is taken. */
function check(name: string, read: unknown, parameter: AnyParameter): string | undefined {
  if (hasNul(read)) return `"${name}" must not contain a NUL character`;
  const allowed: readonly unknown[] | undefined = parameter.oneOf;
  if (allowed && !allowed.includes(read))
    return `"${name}" must be one of ${allowed.join(', ')}, not ${JSON.stringify(read)}`;
  const names = parameter.type === 'names' && Array.isArray(read) ? read : undefined;
  if ((parameter.required && read === '') || names?.every((entry) => entry === ''))
    return `"${name}" must not be empty`;
  // The steps' own are paths, and any folder may be named null.
  if (parameter.type === 'text' && !parameter.internal && isText(read) && hasUnsetPart(read))
    return unsetComplaint(`"${name}"`, read);
  // What builds an image says so of its name itself.
  const unset = name === 'image' ? undefined : names?.find((entry) => isText(entry) && hasUnsetPart(entry));
  if (isText(unset)) return unsetComplaint(`"${name}"`, unset);
  return undefined;
}

/** What null most often comes of, and how a step of a team's own leaves it out. */
function nullComplaint(names: readonly string[]): string {
  const given = names.map((name) => `"${name}"`).join(', ');
  return `${given} ${names.length === 1 ? 'is' : 'are'} null: a misspelt name, a variable that is not set, or a build that was skipped. Only what is left out has its default; a step of your own that passes its parameters on takes args.findAll { it.value != null }`;
}

/**
 * Reads a map of parameters as a schema declares them. Only what is left out has its default: null is what became of a
 * mistake. Numbers and booleans in lists and maps become texts.
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
  const nulls = Object.keys(schema).filter((name) => given[name] === null);
  if (nulls.length > 0) complaints.push(nullComplaint(nulls));
  for (const [name, parameter] of Object.entries(schema)) {
    const value = given[name];
    if (value === undefined || value === null) {
      if (parameter.required && value === undefined)
        complaints.push(`"${name}" is required${parameter.example ? `, for instance ${parameter.example}` : ''}`);
      else values[name] = parameter.default;
      continue;
    }
    const read = readValue(name, value, parameter);
    const complaint = 'complaint' in read ? `"${name}" ${read.complaint}` : check(name, read.value, parameter);
    if (complaint !== undefined) complaints.push(complaint);
    else if ('value' in read) values[name] = read.value;
  }
  // Each value was read by the type that the schema gives it; TypeScript cannot follow that through a loop.
  return { values: values as Infer<S>, complaints };
}

/** The names that people may use. */
export function publicNames(schema: Schema): string[] {
  return Object.keys(schema).filter((name) => !schema[name]?.internal);
}
