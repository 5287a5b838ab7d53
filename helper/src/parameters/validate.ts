import { nearestName } from '../text/nearest-name.ts';
import { hasUnsetPart, unsetVariableComplaint } from '../text/unset-variables.ts';
import { isText, readValue } from './read-value.ts';
import type { AnyParameter, ParameterSchema, ParameterValues } from './schema.ts';

/** The values that could be read, and one sentence for each thing that is wrong. */
interface Validated<S extends ParameterSchema> {
  /** Complete only where there are no complaints. */
  values: ParameterValues<S>;
  complaints: string[];
}

/** Paths and arguments of programs cannot hold a NUL character. */
const hasNul = (read: unknown): boolean =>
  isText(read)
    ? read.includes('\0')
    : typeof read === 'object' && read !== null && Object.entries(read).flat().some(hasNul);

/** What is wrong with a value that has the right type; undefined where nothing is. */
function complaintAbout(name: string, read: unknown, parameter: AnyParameter): string | undefined {
  if (hasNul(read)) return `"${name}" must not contain a NUL character`;
  const allowed: readonly unknown[] | undefined = parameter.oneOf;
  if (allowed && !allowed.includes(read))
    return `"${name}" must be one of ${allowed.join(', ')}, not ${JSON.stringify(read)}`;
  const names = parameter.type === 'names' && Array.isArray(read) ? read : undefined;
  if ((parameter.required && read === '') || names?.every((entry) => entry === ''))
    return `"${name}" must not be empty`;
  // The parameters that the steps pass are paths, and a folder may be named null.
  if (parameter.type === 'text' && !parameter.internal && isText(read) && hasUnsetPart(read))
    return unsetVariableComplaint(`"${name}"`, read);
  // For an image's name commands/ has a complaint of its own.
  const unset = name === 'image' ? undefined : names?.find((entry) => isText(entry) && hasUnsetPart(entry));
  if (isText(unset)) return unsetVariableComplaint(`"${name}"`, unset);
  return undefined;
}

/** Says where null mostly comes from, and how a step that passes its parameters on leaves it out. */
function nullComplaint(names: readonly string[]): string {
  const given = names.map((name) => `"${name}"`).join(', ');
  return `${given} ${names.length === 1 ? 'is' : 'are'} null: a misspelt name, a variable that is not set, or a build that was skipped. Only what is left out has its default; a step of your own that passes its parameters on takes args.findAll { it.value != null }`;
}

/**
 * Reads a map of parameters as a schema declares them. A parameter that was left out gets its default; null does not, since it
 * comes from a mistake in a pipeline. Numbers and booleans in lists and maps become texts.
 * @param given values of any type, from flags or from a file
 */
export function validate<S extends ParameterSchema>(schema: S, given: Readonly<Record<string, unknown>>): Validated<S> {
  const complaints: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(schema, name)) continue;
    const nearest = nearestName(name, publicNames(schema));
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
    const complaint = 'complaint' in read ? `"${name}" ${read.complaint}` : complaintAbout(name, read.value, parameter);
    if (complaint !== undefined) complaints.push(complaint);
    else if ('value' in read) values[name] = read.value;
  }
  // Each value was read with the type that the schema gives it. TypeScript cannot follow that through a loop.
  return { values: values as ParameterValues<S>, complaints };
}

/** The names of the parameters that people may give. */
function publicNames(schema: ParameterSchema): string[] {
  return Object.keys(schema).filter((name) => !schema[name]?.internal);
}
