import type { Category } from '../failure.ts';
import type { BuildLog } from './build-log.ts';
import { oneLine } from './terminal-text.ts';

/** What a failed build was asked to do, as far as hints need it. */
export interface RequestedBuild {
  dockerfile: string;
  target: string | undefined;
  /** What to write to get more memory or disk, e.g. `kanikoBuild(..., memory: 16384, cpu: 4096)`. */
  moreMemory: string;
  moreDisk: string;
  /** Minutes. */
  timeout: number;
}

/** What the wording of an error may use. */
export interface ErrorFacts {
  /** The error that ended kaniko. */
  error: string;
  log: BuildLog;
  requested: RequestedBuild;
  /** What the pattern `when` matched in the error. */
  match: readonly (string | undefined)[];
}

/** A failed build in words. */
export interface FailureWording {
  category: Category;
  message: string;
  hint: string;
  /** Left out: the error itself is the evidence. */
  evidence?: readonly string[];
}

/** An error of kaniko that we can explain. The text that a user reads is written in these entries and nowhere else. */
export interface KnownError {
  /** A pattern of kaniko's last error. */
  when: RegExp;
  /** A pattern that one of the current RUN's last lines must match, too. */
  tailPattern?: RegExp;
  say(facts: ErrorFacts): FailureWording;
}

/** The instruction that failed, on one line. */
export const failedStep = (log: BuildLog): string => oneLine(log.step || 'RUN');

/** The last lines of the current RUN: evidence of a failure. */
export const lastLines = (log: BuildLog): readonly string[] => log.tail.slice(-20);
