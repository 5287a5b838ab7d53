import { Failure } from '../failure.ts';
import { isHarmless, looksOpaque } from '../secrets/harmless-values.ts';
import { oneLine } from './terminal-text.ts';

// Who is told of a failed RUN must not be told what its build arguments are: Jenkins prints a step's exception behind the
// block of withCredentials, where it hides nothing any more. kaniko names a RUN as the Dockerfile has it; BuildKit, on which
// the local stand-in works, with the values in it; and a RUN that prints kaniko's lines can print anything.

const REFERENCE = /\\?\$(?:\{[^{}]*\}|\w+)/;
/** A shorter value is looked for as a word of its own: `3` of VERSION=3 is part of half of all texts. */
const SHORT = 8;

/** What is the same in an instruction however it is quoted and broken into lines; its keyword in either case. */
const essence = (text: string): string =>
  text.replace(/^\s*[A-Za-z]+/, (word) => word.toUpperCase()).replace(/["'\\\s]+/g, '');

/**
 * An instruction as the Dockerfile has it, variables and all; with `${NAME}` for each build argument's value where it is
 * none of its instructions: of a base image's ONBUILD, for one.
 * @param step as the log has it
 * @param instructions of the Dockerfile, each on one line
 */
export function unexpandedStep(
  step: string,
  instructions: readonly string[],
  buildArgs: Readonly<Record<string, string>>,
): string {
  const [first = ''] = step.trim().split('\n');
  const wanted = essence(first);
  if (instructions.some((one) => isSame(wanted, essence(one)))) return step;
  const [best] = instructions
    .filter((one) => REFERENCE.test(one))
    .map((one) => ({ one, pieces: one.split(new RegExp(REFERENCE, 'g')).map(essenceOfPiece) }))
    .filter(({ pieces }) => fits(wanted, pieces))
    .sort((a, b) => b.pieces.join('').length - a.pieces.join('').length);
  return best === undefined ? withoutValues(step, buildArgs) : oneLine(best.one, Number.POSITIVE_INFINITY);
}

/** A heredoc's body is not part of its instruction's text. */
const isSame = (wanted: string, own: string): boolean =>
  wanted === own || (own.includes('<<') && wanted.startsWith(own));

const essenceOfPiece = (piece: string, at: number): string =>
  at === 0 ? essence(piece) : piece.replace(/["'\\\s]+/g, '');

/** True where the pieces stand in a text in this order, the first at its beginning and the last at its end. */
function fits(text: string, pieces: readonly string[]): boolean {
  const [first = '', ...more] = pieces;
  const last = more.pop() ?? '';
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of more) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.endsWith(last) && text.length - last.length >= at;
}

/** A text with `${NAME}` for each value, the longest first. */
export function withoutValues(text: string, buildArgs: Readonly<Record<string, string>>): string {
  const values = Object.entries(buildArgs)
    .map(([name, value]) => [name, value.trim()] as const)
    .filter(([, value]) => value !== '')
    .sort(([, a], [, b]) => b.length - a.length);
  return values.reduce((shown, [name, value]) => {
    const quoted = value.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
    const pattern = value.length < SHORT ? `(?<![\\w.$-])${quoted}(?![\\w.}-])` : quoted;
    return shown.replace(new RegExp(pattern, 'g'), () => `\${${name}}`);
  }, text);
}

/**
 * A failed build without the values of build arguments that look like secrets, by whatever way they came into its message: a
 * path of COPY, an image of FROM. Versions and names stay: they say what to mend.
 */
export function withoutOpaqueValues(failure: Failure, buildArgs: Readonly<Record<string, string>>): Failure {
  const opaque = Object.entries(buildArgs).filter(
    ([, value]) => looksOpaque(value.trim().replace(/^(?:[a-z]+:\/\/|[./@]+)/, '')) && !isHarmless(value),
  );
  if (opaque.length === 0) return failure;
  const { category, message, hint, evidence, cause, signal } = failure;
  const told = (text: string): string => withoutValues(text, Object.fromEntries(opaque));
  return new Failure(category, told(message), { hint: told(hint), evidence, cause, signal });
}
