import type { Mask } from '../../secrets/mask.ts';
import { recognisePair, recogniseWords } from '../../secrets/recognise-secrets.ts';
import { HIDDEN_VALUE, type ValueDisplay } from '../../service/definition/describe-changes.ts';

/** Characters of a value that are shown. */
const MOST = 200;

/** A text on one line, in quotes where it could be misread. */
function shown(text: string): string {
  const cut = text.length > MOST ? `${text.slice(0, MOST)}... (${text.length} characters)` : text;
  return /^[\w.,:;/@%+=?&*~^()[\]{}!-]+$/.test(cut) ? cut : JSON.stringify(cut);
}

/** The values of a plan, for people: what is a secret by its name, or looks like one, is hidden as a whole. */
export const showWithoutSecrets = (mask: Pick<Mask, 'hide'>): ValueDisplay => ({
  variable: (name, value) =>
    recognisePair(name, value, { names: [], exists: () => false }).length > 0 ? HIDDEN_VALUE : shown(mask.hide(value)),
  words(words) {
    const found = recogniseWords(words);
    return JSON.stringify(words.map((word, at) => (found[at]?.length ? HIDDEN_VALUE : mask.hide(word))));
  },
});
