import type { Mask } from '../../secrets/mask.ts';
import { recognisePair, recogniseWords } from '../../secrets/recognise-secrets.ts';
import { NO_FACTS } from '../../secrets/variable-names.ts';
import { HIDDEN_VALUE, type ValueDisplay } from '../../service/definition/describe-changes.ts';

/** The longest value that is shown whole, in characters. */
const MAX_LENGTH = 200;

/** A text on one line; in quotes where it holds spaces or other characters that could be misread. */
function quoteForDisplay(text: string): string {
  const shortened = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}... (${text.length} characters)` : text;
  return /^[\w.,:;/@%+=?&*~^()[\]{}!-]+$/.test(shortened) ? shortened : JSON.stringify(shortened);
}

/** Shows the values of a plan, but hides each value that is a secret by its name or looks like one. */
export const showWithoutSecrets = (mask: Pick<Mask, 'hide'>): ValueDisplay => ({
  variable: (name, value) =>
    recognisePair(name, value, NO_FACTS).length > 0 ? HIDDEN_VALUE : quoteForDisplay(mask.hide(value)),
  words(words) {
    const found = recogniseWords(words);
    return JSON.stringify(words.map((word, at) => (found[at]?.length ? HIDDEN_VALUE : mask.hide(word))));
  },
});
