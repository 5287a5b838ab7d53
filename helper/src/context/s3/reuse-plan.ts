import type { ArchiveIndex, SegmentRange } from './archive-index.ts';

/** Segments that lie one after the other in the archive to come, by their index, and come from one place. */
export type SegmentRun =
  /** Packed and sent. */
  | { kind: 'fresh'; segments: readonly number[] }
  /** Copied by S3, from archives that have them in one piece. */
  | CopiedRun;

export interface CopiedRun {
  kind: 'copied';
  /** The index of the first; the others follow. */
  first: number;
  ranges: readonly SegmentRange[];
}

/** Bytes of some segments that lie one after the other. */
export const totalLength = (ranges: readonly SegmentRange[]): number =>
  ranges.reduce((sum, { length }) => sum + length, 0);

/**
 * What an archive is made of: S3 copies what another one has, as long as that is enough for a part; everything else is
 * sent. Between two copies something is always sent, or they do not lie side by side in that other archive.
 * @param ids the segments to come
 * @param have what is there; undefined: nothing
 * @param least bytes of a part of S3 that is not the last one
 */
export function planReuse(ids: readonly string[], have: ArchiveIndex | undefined, least: number): SegmentRun[] {
  const there = new Map(have?.ranges.map((range) => [range.id, range]));
  const found: ({ kind: 'fresh'; segments: number[] } | { kind: 'copied'; first: number; ranges: SegmentRange[] })[] =
    [];
  ids.forEach((id, index) => {
    const range = there.get(id);
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
    if (run.kind === 'copied' && (isLast || totalLength(run.ranges) >= least)) {
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
