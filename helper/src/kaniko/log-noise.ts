import { isAboutOurFlags } from './feature-flags.ts';

/** Kaniko's warnings and errors that tell a developer nothing, or are told again by its last line. */
const NOISE: readonly RegExp[] = [
  /^make sure you entered the correct tag name/,
  /^note that your DOCKER_AUTH_CONFIG/,
  /^see https:\/\/github\.com\/osscontainertools\//,
  // The same text comes as the last line where it matters.
  /^Error while retrieving image from cache: /,
  // We pass --force because Fargate is not recognised as a container.
  /^Kaniko is being run outside of a container/,
  /^feature flags explicitly disabled/,
];

/** True for a warning that should be shown. Which flags matter we say ourselves. */
export const isWorthShowing = (message: string): boolean =>
  !NOISE.some((pattern) => pattern.test(message)) && !isAboutOurFlags(message);

/** Memory must not grow with what a RUN prints. */
const MOST_REMEMBERED = 500;

/** Tells a text that comes again from a new one. */
export class SeenTexts {
  readonly #known = new Set<string>();

  isNew(text: string): boolean {
    const key = text.slice(0, 1_000);
    if (this.#known.has(key)) return false;
    if (this.#known.size < MOST_REMEMBERED) this.#known.add(key);
    return true;
  }
}

const INSTRUCTION =
  /^(?:RUN|COPY|ADD|CMD|ENTRYPOINT|ENV|EXPOSE|LABEL|USER|VOLUME|WORKDIR|ARG|SHELL|STOPSIGNAL|HEALTHCHECK|ONBUILD|MAINTAINER)\s/i;

/** True where kaniko's message is a Dockerfile instruction that it begins to carry out, written as in the Dockerfile. */
export const isInstruction = (message: string): boolean => INSTRUCTION.test(message);

// What kaniko itself says while a RUN runs: layers of earlier steps go to the cache meanwhile.
const BESIDE_RUN =
  /^(?:Pushing (?:layer|image|cache pointer) |Pushed |credential providers |Retrying operation |Error uploading layer )/;
const AFTER_RUN = /^(?:Taking snapshot of |No files |Building stage '|Saving |Deleting |Storing |Skipping )/;

/**
 * Whose a line in kaniko's format is while a RUN runs: programs in Go print the same format as their own output.
 * `after`: kaniko's, and the RUN is over. A program's "add user ..." is no instruction, but in a Dockerfile in small letters.
 * @param step the RUN
 */
export function writerDuringRun(message: string, step: string): 'kaniko' | 'after' | 'run' {
  if (BESIDE_RUN.test(message)) return 'kaniko';
  if (AFTER_RUN.test(message)) return 'after';
  return isInstruction(message) && (isShouted(message) || !isShouted(step)) ? 'after' : 'run';
}

const isShouted = (instruction: string): boolean => /^[A-Z]+\s/.test(instruction);

// cobra's, printed before the build begins and followed by a list of flags.
const REFUSED = /^Error: /;
// What a RUN left unfinished may stand before it on the line.
const FATAL =
  /(?:error building image|error pushing image|error checking push permissions|error resolving relative paths to absolute paths): .*$|kaniko should only be run inside of a container.*$/;

/** The error that ends kaniko, where a plain line has it; undefined where it has none. `begun`: a RUN may have run. */
export function fatalError(text: string, begun: boolean): string | undefined {
  if (!begun && REFUSED.test(text)) return text.replace(REFUSED, '');
  return FATAL.exec(text)?.[0];
}
