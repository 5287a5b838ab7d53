import type { Fields } from '../../action-parameters.ts';
import type { JsonObject } from '../../json-values.ts';

/** The things that pass the only filter of a Describe action. `keys` names the field, or the fields, that a filter looks at. */
export function filtered(
  all: readonly JsonObject[],
  input: Fields,
  keys: Readonly<Record<string, string>>,
): JsonObject[] {
  const [filter] = input.objects('Filter');
  if (filter === undefined) return [...all];
  const key = keys[filter.need('Name')];
  const values = filter.texts('Value');
  return all.filter((one) => key !== undefined && values.includes(String(one[key])));
}
