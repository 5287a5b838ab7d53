import { ExactNumber } from '../text/exact-json.ts';
import { isRecord } from '../text/is-record.ts';

/** These names belong to the protocol or to JavaScript, not to the content. */
const PROTOCOL = ['__type', '__proto__'];

/**
 * Copies the members that `target` lacks from `source`, a JSON value of the same shape. It works in place, goes through
 * lists entry by entry, and changes nothing that is there already.
 * @returns where members were added: `containerDefinitions[shop].probe`
 */
export function addMissingMembers(target: unknown, source: unknown, at = ''): string[] {
  if (Array.isArray(target) && Array.isArray(source)) {
    const sources: readonly unknown[] = source;
    return target.flatMap((entry: unknown, index) => {
      const other = counterpart(entry, index, target, sources);
      return addMissingMembers(entry, other, `${at}[${nameOf(entry) ?? nameOf(other) ?? index}]`);
    });
  }
  if (!isMap(target) || !isMap(source)) return [];
  return Object.entries(source).flatMap(([name, value]) => {
    if (value === undefined || value === null || PROTOCOL.includes(name)) return [];
    const path = at ? `${at}.${name}` : name;
    const there = Object.hasOwn(target, name) ? target[name] : undefined;
    if (there !== undefined) return addMissingMembers(there, value, path);
    target[name] = value;
    return [path];
  });
}

/** The entry of `source` that belongs to this one: by its position, or by its name where one list is shorter. */
function counterpart(entry: unknown, index: number, target: readonly unknown[], source: readonly unknown[]): unknown {
  if (target.length === source.length) return source[index];
  const name = nameOf(entry);
  return name === undefined ? undefined : source.find((other) => nameOf(other) === name);
}

function nameOf(entry: unknown): string | undefined {
  const name = isMap(entry) ? entry.name : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** True for a JSON object: no list, no date, no number with its own digits. */
function isMap(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !(value instanceof Date) && !(value instanceof ExactNumber) && !ArrayBuffer.isView(value);
}
