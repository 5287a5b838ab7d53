import type { BuildLog } from './build-log.ts';
import { CONTEXT_ERRORS } from './context-errors.ts';
import { type FailureWording, failedStep, type KnownError, type RequestedBuild } from './error-facts.ts';
import { PULL_ERRORS, PULL_LIMIT, PUSH_ERROR } from './registry-errors.ts';
import { RUN_ERRORS } from './run-errors.ts';

const ARGUMENTS_REFUSED: KnownError = {
  when: /^(unknown (?:shorthand )?flag: .*|invalid argument .* for .* flag.*|flag needs an argument: .*|unknown command .*)$/,
  say: ({ match }) => ({
    category: 'usage',
    message: `kaniko does not take its arguments: ${match[1]}`,
    hint: "look at kanikoArgs, and at the setting kaniko-args; the flags are listed in kaniko's README",
  }),
};

/** Matches every error, so it comes last. */
const OTHER_ERROR: KnownError = {
  when: /^(?:error building image: )?(?:error building stage: )?(.*)$/s,
  say: ({ match, log }) => ({
    category: 'build',
    message: log.step === '' ? `the build failed: ${match[1]}` : `the build failed at ${failedStep(log)}: ${match[1]}`,
    hint: "the evidence is kaniko's own last word; verbose: true shows all of its log",
  }),
};

/** Why builds fail, by the last error that kaniko prints. The first entry that matches words the failure. */
const KNOWN_ERRORS: readonly KnownError[] = [
  ARGUMENTS_REFUSED,
  PULL_LIMIT,
  ...RUN_ERRORS,
  ...CONTEXT_ERRORS,
  PUSH_ERROR,
  ...PULL_ERRORS,
  OTHER_ERROR,
];

/** Words the error that ended kaniko. */
export function explainError(error: string, log: BuildLog, requested: RequestedBuild): FailureWording {
  for (const { when, tailPattern, say } of KNOWN_ERRORS) {
    const match = when.exec(error);
    if (match === null || (tailPattern && !log.tail.some((line) => tailPattern.test(line)))) continue;
    const wording = say({ error, log, requested, match });
    return { evidence: [error], ...wording };
  }
  return { category: 'build', message: 'the build failed', hint: '', evidence: [error] };
}
