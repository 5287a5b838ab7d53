/** Deeper than anything that is meant: JSON that is nested further would overflow whoever looks through it. */
const DEEPEST = 100;

/** True for a value of lists and maps that are nested more than a hundred levels deep. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}
