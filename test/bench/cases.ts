import { type WorkspaceState, workspaceStates } from './workspace-states.ts';
import type { ShapeName } from './workspaces.ts';
import { workspaceShapes } from './workspaces.ts';

/** Lines to S3, in bytes a second. Undefined means as fast as loopback is. */
export const LINES = { direct: undefined, '50MBps': 50_000_000, '5MBps': 5_000_000 } as const;
export type LineName = keyof typeof LINES;

/** One comparison. */
export interface BenchCase {
  readonly shape: ShapeName;
  readonly state: WorkspaceState;
  readonly line: LineName;
  readonly share: 'whole' | 'quarter';
  readonly rounds: number;
  /** All peers, the peers that are shell commands, or only the fastest one. */
  readonly peers: 'all' | 'shell' | 'pigz';
}

/** The name that `--only` searches: `small/cold/direct/whole`. */
export const nameOf = ({ shape, state, line, share }: BenchCase): string => `${shape}/${state}/${line}/${share}`;

/** A comparison over loopback, of the whole machine unless told otherwise. */
const on = (
  shape: ShapeName,
  state: WorkspaceState,
  rounds: number,
  peers: BenchCase['peers'],
  { line = 'direct', share = 'whole' }: Partial<Pick<BenchCase, 'line' | 'share'>> = {},
): BenchCase => ({ shape, state, line, share, rounds, peers });

/** The default cases. They take about half an hour on two processors. */
export const USUAL: readonly BenchCase[] = [
  on('small', 'cold', 5, 'all'),
  on('small', 'unchanged', 5, 'shell'),
  on('small', 'changed', 5, 'shell'),
  on('small', 'added', 3, 'shell'),
  on('small', 'cold', 3, 'shell', { line: '50MBps' }),
  on('small', 'cold', 3, 'shell', { line: '5MBps' }),
  on('small', 'changed', 3, 'pigz', { line: '5MBps' }),
  on('small', 'cold', 3, 'shell', { share: 'quarter' }),
  on('small', 'unchanged', 3, 'pigz', { share: 'quarter' }),
  on('small', 'changed', 3, 'pigz', { share: 'quarter' }),
  on('many', 'cold', 3, 'shell'),
  on('many', 'changed', 3, 'pigz'),
  on('monorepo', 'cold', 3, 'shell'),
  on('monorepo', 'unchanged', 3, 'pigz'),
  on('monorepo', 'changed', 3, 'pigz'),
  on('monorepo', 'added', 3, 'pigz'),
  on('monorepo', 'changed', 1, 'pigz', { line: '5MBps' }),
  on('django', 'cold', 3, 'all'),
  on('django', 'changed', 3, 'pigz'),
  on('big', 'cold', 1, 'shell'),
  on('big', 'unchanged', 1, 'pigz'),
];

/** All combinations. They take hours. */
export const FULL: readonly BenchCase[] = (Object.keys(workspaceShapes) as ShapeName[]).flatMap((shape) =>
  (Object.keys(workspaceStates) as WorkspaceState[]).flatMap((state) =>
    (Object.keys(LINES) as LineName[]).flatMap((line) =>
      (['whole', 'quarter'] as const).map((share) => on(shape, state, shape === 'big' ? 1 : 3, 'all', { line, share })),
    ),
  ),
);
