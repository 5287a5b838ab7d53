import { join } from 'node:path';
import { KanikoError } from '../kaniko-error.ts';

/**
 * Words a failed build as kaniko would.
 * @param text what BuildKit printed
 * @param folder the context's folder
 */
export function explainFailure(text: string, folder: string): KanikoError {
  // BuildKit prints the reason below its last rule. Whatever is above it may be the output of a RUN.
  const reasons = text.slice(Math.max(0, text.lastIndexOf('------')));
  const parse = /dockerfile parse error(?: on)? line \d+: (.*)/.exec(reasons)?.[1];
  if (parse !== undefined) return new KanikoError(`error building image: parsing dockerfile: ${parse}`);
  const exit = [...reasons.matchAll(/(?:exit code: |exit status )(\d+)/g)].at(-1)?.[1];
  if (exit !== undefined) {
    const killed = exit === '137';
    const reason = killed ? 'signal: killed' : `exit status ${exit}`;
    return new KanikoError(
      `error building image: error building stage: failed to execute command: waiting for process to exit: ${reason}`,
      killed ? 255 : Number(exit),
    );
  }
  const missing = /"\/([^"]*)":? not found/.exec(reasons)?.[1];
  if (missing !== undefined) {
    const file = join(folder, missing);
    return new KanikoError(
      `error building image: error building stage: failed to execute command: could not copy source: lstat ${file}: no such file or directory`,
    );
  }
  const last = reasons.trim().split('\n').at(-1) ?? '';
  return new KanikoError(
    `error building image: error building stage: failed to execute command: ${last.replace(/^(ERROR: )?(failed to solve[^:]*: )?/, '')}`,
  );
}
