import type { ArchiveIndex, SegmentRange } from './archive-index.ts';

/** Consecutive segments of the new archive, by their index, that all come from one place. */
export type SegmentRun =
  /** These are packed and sent. */
  | { kind: 'fresh'; segments: readonly number[] }
  /** S3 copies these from another archive, in which they lie side by side. */
  | CopiedRun;

export interface CopiedRun {
  kind: 'copied';
  /** Index of the first segment; the others follow it. */
  first: number;
  ranges: readonly SegmentRange[];
}

/** Size of some consecutive segments in bytes. */
export const totalLength = (ranges: readonly SegmentRange[]): number =>
  ranges.reduce((sum, { length }) => sum + length, 0);

/**
 * Plans what an archive is made of. S3 copies what another archive has, if it is enough for a part; everything else is sent.
 * Two copies that follow each other do not lie side by side in the other archive.
 * @param ids of the new archive's segments
 * @param otherIndex index of the other archive; undefined: there is none
 * @param leastPart smallest size in bytes of a part that is not the last one
 */
export function planReuse(
  ids: readonly string[],
  otherIndex: ArchiveIndex | undefined,
  leastPart: number,
): SegmentRun[] {
  const rangeById = new Map(otherIndex?.ranges.map((range) => [range.id, range]));
  const found: ({ kind: 'fresh'; segments: number[] } | { kind: 'copied'; first: number; ranges: SegmentRange[] })[] =
    [];
  ids.forEach((id, index) => {
    const range = rangeById.get(id);
    const last = found.at(-1);
    if (!range) {
      if (last?.kind === 'fresh') last.segments.push(index);
      else found.push({ kind: 'fresh', segments: [index] });
    } else if (last?.kind === 'copied' && endOf(last.ranges) === range.start) {
      last.ranges.push(range);
    } else {
      found.push({ kind: 'copied', first: index, ranges: [range] });
    }
  });
  const runs: SegmentRun[] = [];
  for (const [at, run] of found.entries()) {
    const isLast = at === found.length - 1 && at > 0;
    if (run.kind === 'copied' && (isLast || totalLength(run.ranges) >= leastPart)) {
      runs.push(run);
      continue;
    }
    const segments = run.kind === 'fresh' ? run.segments : run.ranges.map((_, n) => run.first + n);
    const before = runs.at(-1);
    if (before?.kind === 'fresh')
      runs[runs.length - 1] = { kind: 'fresh', segments: [...before.segments, ...segments] };
    else runs.push({ kind: 'fresh', segments });
  }
  return runs;
}

function endOf(ranges: readonly SegmentRange[]): number {
  const last = ranges.at(-1);
  return last ? last.start + last.length : 0;
}
