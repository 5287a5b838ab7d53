/** The median of some numbers, and their spread. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly count: number;
}

/** @throws Error if there are no numbers */
export function summarise(numbers: readonly number[]): Summary {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined || least === undefined || most === undefined)
    throw new Error('there is nothing to summarise');
  return { median: (low + high) / 2, least, most, count: sorted.length };
}

/**
 * Our numbers divided by theirs, round by round, because both runs of one round met the machine in the same state.
 * @param ours one number for each round, as in `theirs`
 */
export function ratios(ours: readonly number[], theirs: readonly number[]): Summary {
  return summarise(ours.map((one, round) => one / (theirs[round] ?? Number.NaN)));
}

const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** `1.21 (1.18 to 1.30)` */
export function spread({ median, least, most, count }: Summary): string {
  return count === 1 ? digits(median) : `${digits(median)} (${digits(least)} to ${digits(most)})`;
}

/** A table that is good to read on a terminal and is Markdown as well. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const width = head.map((title, column) =>
    Math.max(3, ...[title, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${width.map((w, column) => (cells[column] ?? '').padEnd(w)).join(' | ')} |`;
  return [line(head), `| ${width.map((w) => '-'.repeat(w)).join(' | ')} |`, ...rows.map(line)];
}
