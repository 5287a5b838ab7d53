import type { CheckResult } from './check-result.ts';

/** The oldest version of Node that package.json's `engines` allows. */
const OLDEST = 20;

/** Checks whether the helper runs on this Node. Pure. @param version as `process.version` has it */
export function checkNode(version: string): CheckResult<true> {
  const major = Number(/^v(\d+)\./.exec(version)?.[1]);
  if (major >= OLDEST)
    return { state: 'ok', finding: `${version}; the agents need ${OLDEST} or later too`, fact: true };
  return {
    state: 'problem',
    category: 'usage',
    finding: `${version} is too old`,
    hint: `install Node ${OLDEST} or later, here and on the agents: the steps run on it`,
    fact: true,
  };
}
