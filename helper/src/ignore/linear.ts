/** The pieces of what go-regexp.ts makes of a pattern: any folders, anything, anything but a slash, one character. */
const PIECE =
  /(\(\[\^\\n\]\*\\u\{2f\}\)\?)|(\[\^\\n\]\*)|(\[\^\\u\{2f\}\]\*)|(\[(?:\\u\{[0-9a-f]+\}|\\.|[^\]\\])*\]|\\u\{[0-9a-f]+\})/gu;

/** Which places of a text can be reached after a piece, from those before it. */
type Step = (from: readonly boolean[], chars: readonly string[]) => boolean[];

const one =
  (test: RegExp): Step =>
  (from, chars) => [false, ...chars.map((char, at) => from[at] === true && test.test(char))];

/** Any run of characters that `takes`; it may end only where `ends`. */
const run =
  (takes: (char: string) => boolean, ends: (char: string) => boolean): Step =>
  (from, chars) => {
    let open = false;
    return from.map((here, at) => {
      const char = chars[at - 1];
      open = char !== undefined && takes(char) && (open || from[at - 1] === true);
      return here || (open && char !== undefined && ends(char));
    });
  };

const anyFolders = run(
  (char) => char !== '\n',
  (char) => char === '/',
);
const anything = run(
  (char) => char !== '\n',
  () => true,
);
const noSlash = run(
  (char) => char !== '/',
  () => true,
);

/**
 * Tests like the expression, in time that grows with its length and the path's alone: of a pattern with many stars
 * JavaScript tries all ways to match, for ever; Go does not.
 */
export function linear(expression: RegExp): (path: string) => boolean {
  const steps = [...expression.source.matchAll(PIECE)].map(([piece, folders, all, star]): Step => {
    if (folders) return anyFolders;
    if (all) return anything;
    return star ? noSlash : one(new RegExp(`^${piece}$`, 'u'));
  });
  return (path) => {
    const chars = [...path];
    let places = [true, ...chars.map(() => false)];
    for (const step of steps) places = step(places, chars);
    return places.at(-1) === true;
  };
}
