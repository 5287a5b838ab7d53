import { Failure } from '../failure.ts';
import { isHarmless, looksOpaque } from '../secrets/harmless-values.ts';
import { oneLine } from './terminal-text.ts';

// The message of a failed RUN must not contain the values of build arguments. Jenkins prints a step's exception after the block
// of withCredentials has ended, and then it hides nothing any more. kaniko prints a RUN as the Dockerfile has it, but BuildKit,
// which the local stand-in uses, prints the values in it; and a RUN that forges kaniko's lines can print anything.

const REFERENCE = /\\?\$(?:\{[^{}]*\}|\w+)/;
/** In characters. A shorter value is replaced only as a whole word: the `3` of VERSION=3 is in half of all texts. */
const SHORT_VALUE = 8;

/** An instruction without quotes, line breaks and white space and with its keyword in capitals, so that spellings can be compared. */
const essence = (text: string): string =>
  text.replace(/^\s*[A-Za-z]+/, (word) => word.toUpperCase()).replace(/["'\\\s]+/g, '');

/**
 * An instruction of the log as the Dockerfile has it, with its variables. One that the Dockerfile does not have (it may come
 * from an ONBUILD of the base image) gets `${NAME}` in place of each build argument's value.
 * @param step the instruction in the log
 * @param instructions the Dockerfile's, each on one line
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

/** The log has a heredoc's body behind its instruction; the Dockerfile's instructions are given without it. */
const isSame = (wanted: string, own: string): boolean =>
  wanted === own || (own.includes('<<') && wanted.startsWith(own));

const essenceOfPiece = (piece: string, at: number): string =>
  at === 0 ? essence(piece) : piece.replace(/["'\\\s]+/g, '');

/** True where a text has the pieces in this order, the first at its beginning and the last at its end. */
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

/** A text with `${NAME}` in place of each value. Longer values are replaced first, since a short one may be a part of them. */
function withoutValues(text: string, buildArgs: Readonly<Record<string, string>>): string {
  const values = Object.entries(buildArgs)
    .map(([name, value]) => [name, value.trim()] as const)
    .filter(([, value]) => value !== '')
    .sort(([, a], [, b]) => b.length - a.length);
  return values.reduce((shown, [name, value]) => {
    const quoted = value.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
    const pattern = value.length < SHORT_VALUE ? `(?<![\\w.$-])${quoted}(?![\\w.}-])` : quoted;
    return shown.replace(new RegExp(pattern, 'g'), () => `\${${name}}`);
  }, text);
}

/**
 * The failure of a build without those values of build arguments that look like secrets. They can come into its message in many
 * ways: a path of COPY, an image of FROM. Versions and names stay, because they show what to mend.
 */
export function withoutOpaqueValues(failure: Failure, buildArgs: Readonly<Record<string, string>>): Failure {
  const opaque = Object.entries(buildArgs).filter(
    ([, value]) => looksOpaque(value.trim().replace(/^(?:[a-z]+:\/\/|[./@]+)/, '')) && !isHarmless(value),
  );
  if (opaque.length === 0) return failure;
  const { category, message, hint, evidence, cause, signal } = failure;
  const hidden = (text: string): string => withoutValues(text, Object.fromEntries(opaque));
  return new Failure(category, hidden(message), { hint: hidden(hint), evidence, cause, signal });
}
