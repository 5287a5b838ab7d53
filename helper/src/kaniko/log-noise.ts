import { isAboutOurFlags } from './feature-flags.ts';

/** Warnings and errors of kaniko that say nothing to a developer, or that its last line repeats. */
const NOISE: readonly RegExp[] = [
  /^make sure you entered the correct tag name/,
  /^note that your DOCKER_AUTH_CONFIG/,
  /^see https:\/\/github\.com\/osscontainertools\//,
  // Where this error matters, kaniko prints it again as its last line.
  /^Error while retrieving image from cache: /,
  // Expected: we pass --force because kaniko does not recognise Fargate as a container.
  /^Kaniko is being run outside of a container/,
  /^feature flags explicitly disabled/,
];

/** True for a warning that a person should see. About kaniko's feature flags we warn ourselves, see cacheWarning. */
export const isWorthShowing = (message: string): boolean =>
  !NOISE.some((pattern) => pattern.test(message)) && !isAboutOurFlags(message);

/** A limit, so that the memory does not grow with what a RUN prints. */
const MOST_REMEMBERED = 500;

/** Remembers texts, so that a repeated warning is shown once. */
export class SeenTexts {
  readonly #seen = new Set<string>();

  isNew(text: string): boolean {
    const key = text.slice(0, 1_000);
    if (this.#seen.has(key)) return false;
    if (this.#seen.size < MOST_REMEMBERED) this.#seen.add(key);
    return true;
  }
}

const INSTRUCTION =
  /^(?:RUN|COPY|ADD|CMD|ENTRYPOINT|ENV|EXPOSE|LABEL|USER|VOLUME|WORKDIR|ARG|SHELL|STOPSIGNAL|HEALTHCHECK|ONBUILD|MAINTAINER)\s/i;

/** True for a message with which kaniko begins an instruction; it has the text of the Dockerfile. */
export const isInstruction = (message: string): boolean => INSTRUCTION.test(message);

// Messages of kaniko while a RUN runs: it pushes the layers of earlier steps to the cache at the same time.
const BESIDE_RUN =
  /^(?:Pushing (?:layer|image|cache pointer) |Pushed |credential providers |Retrying operation |Error uploading layer )/;
const AFTER_RUN = /^(?:Taking snapshot of |No files |Building stage '|Saving |Deleting |Storing |Skipping )/;

/**
 * Who has written a line in kaniko's format while a RUN runs; programs in Go print the same format. A program's "add user ..."
 * looks like an instruction, so an instruction counts only in capitals, or where the Dockerfile itself has small letters.
 * @param step the RUN's text
 */
export function writerDuringRun(message: string, step: string): 'kaniko' | 'kaniko, after the RUN' | 'RUN' {
  if (BESIDE_RUN.test(message)) return 'kaniko';
  if (AFTER_RUN.test(message)) return 'kaniko, after the RUN';
  return isInstruction(message) && (isInCapitals(message) || !isInCapitals(step)) ? 'kaniko, after the RUN' : 'RUN';
}

const isInCapitals = (instruction: string): boolean => /^[A-Z]+\s/.test(instruction);

// The command line library (cobra) prints this before the build begins, followed by a list of flags.
const REFUSED = /^Error: /;
// These errors may follow an unfinished line of a RUN, so they are searched for within the line.
const FATAL =
  /(?:error building image|error pushing image|error checking push permissions|error resolving relative paths to absolute paths): .*$|kaniko should only be run inside of a container.*$/;

/**
 * The error that ends kaniko, in a line that is not in kaniko's JSON format; undefined for any other line.
 * @param buildBegan false: no RUN has run yet, so kaniko itself has printed the line
 */
export function fatalError(text: string, buildBegan: boolean): string | undefined {
  if (!buildBegan && REFUSED.test(text)) return text.replace(REFUSED, '');
  return FATAL.exec(text)?.[0];
}
