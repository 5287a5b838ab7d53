import { Failure } from '../failure.ts';

/**
 * Ends a command whose parameters are wrong, before it changes anything.
 * @throws Failure `usage` with all complaints at once; nothing is thrown where there is none
 */
export function refuseParameters(all: readonly string[], command: string): void {
  // Two templates can complain of the same value.
  const complaints = [...new Set(all)];
  const [first] = complaints;
  if (first === undefined) return;
  const hint = `nothing was changed. The parameters: docs/infra.md, or fargate-ci ${command} --help`;
  if (complaints.length === 1) throw new Failure('usage', first, { hint });
  throw new Failure('usage', `${complaints.length} things are wrong with the parameters`, {
    hint,
    evidence: complaints,
  });
}
