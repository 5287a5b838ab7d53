import type { Category } from '../failure.ts';
import type { BuildLog } from './build-log.ts';
import { oneLine } from './terminal-text.ts';

/** What a failed build had been asked for, as far as hints need it. */
export interface RequestedBuild {
  dockerfile: string;
  target: string | undefined;
  /** What to write to get more memory or disk, e.g. `kanikoBuild(..., memory: 16384, cpu: 4096)`. */
  moreMemory: string;
  moreDisk: string;
  /** Minutes. */
  timeout: number;
}

/** What a cause may look at. */
export interface ErrorFacts {
  /** The error that ended kaniko. */
  error: string;
  log: BuildLog;
  asked: RequestedBuild;
  /** What `when` found in the error. */
  match: readonly (string | undefined)[];
}

/** How a failed build is worded. */
export interface FailureWording {
  category: Category;
  message: string;
  hint: string;
  /** Evidence; the error itself where left out. */
  evidence?: readonly string[];
}

/** The instruction that failed, on one line. */
export const failedStep = (log: BuildLog): string => oneLine(log.step || 'RUN');
/** The RUN's own last lines. */
export const lastLines = (log: BuildLog): readonly string[] => log.tail.slice(-20);

/** The destination that an error of the push speaks of. */
export function pushedTo(error: string): string {
  return (
    /(?:push permission for "([^"]+)"|failed to push to destination (\S+?):? )/.exec(error)?.slice(1).find(Boolean) ??
    'the registry'
  );
}

/** The base image that an error of the pull speaks of: its URL names it best. */
export function baseImage({ error, log }: ErrorFacts): string {
  const [, host, repository, tag] = /https?:\/\/([^/]+)\/v2\/(.+)\/manifests\/([^:\s]+)/.exec(error) ?? [];
  if (log.baseImage) return log.baseImage;
  return host === undefined ? 'the base image' : `${host}/${repository}:${tag}`;
}

/** How a RUN ended, from the match of its exit status or signal. */
export const exitOfRun = ([, status, signal]: readonly (string | undefined)[]): string =>
  status === undefined ? `signal ${signal}` : `exit status ${status}`;
