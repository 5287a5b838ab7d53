/** No JSON that somebody means is nested deeper. A function that walks through deeper JSON would overflow the stack. */
const DEEPEST = 100;

/** True if lists and maps are nested more than a hundred levels deep. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}
