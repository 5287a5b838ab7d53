import { compileGlob, SPECIAL_CHARACTERS } from './glob.ts';
import type { IgnoreRule } from './ignore-file.ts';

interface Exception {
  /** Position of the pattern in the list. */
  index: number;
  /** The pattern without a final `/**` or `/*`, ending in a slash. */
  below: string;
  /** The text that every matching path begins with. */
  literal: string;
  /** How many names the longest matching path has. */
  deepest: number;
}

/** If an exception contains one of these, BuildKit enters all ignored folders. */
const WILDCARD = /[*[\]?^\\]/;
/** If a pattern contains one of these, matching paths need not begin with its text. */
const UNBOUND = /[|{^\uFEFF]/;
/** Only a pattern that contains one of these can turn out to be invalid. */
const DOUBTFUL = /[[\\{|]/;

/** The exceptions of a list of patterns. They decide whether an ignored folder is entered. */
export class Exceptions {
  readonly #all: readonly Exception[];
  readonly #areAllNames: boolean;

  constructor(rules: readonly IgnoreRule[]) {
    this.#all = rules.flatMap(({ text, exception }, index) => (exception ? [read(text, index)] : []));
    this.#areAllNames = !this.#all.some(({ below }) => WILDCARD.test(below));
  }

  /**
   * Whether an ignored folder must be entered. BuildKit's rule (fsutil, filter.go): always if an exception has wildcards, else if
   * an exception names something in the folder. Here a folder is also skipped if nothing in it would be sent: because a pattern
   * after the last exception ignores all of it, or because no exception can match anything in it.
   * @param lastMatch index of the last pattern that matched the folder
   */
  mayBringBackIn(folder: string, lastMatch: number): boolean {
    const inside = `${folder}/`;
    const depth = folder.split('/').length;
    return this.#all.some(({ index, below, literal, deepest }) => {
      if (index < lastMatch || (this.#areAllNames && !below.startsWith(inside))) return false;
      return deepest > depth && (literal.startsWith(inside) || inside.startsWith(literal));
    });
  }
}

function read(text: string, index: number): Exception {
  const below = `${text.replace(/\/\*\*$/, '').replace(/\/\*$/, '')}/`;
  // Docker notices an invalid pattern only when it tries the pattern, so folders must be entered here, too.
  if (DOUBTFUL.test(text) && !compileGlob(text)) return { index: Infinity, below, literal: '', deepest: Infinity };
  if (UNBOUND.test(text)) return { index, below, literal: '', deepest: Infinity };
  const at = text.search(SPECIAL_CHARACTERS);
  const literal = at < 0 ? text : text.slice(0, at);
  // Only a single star and a question mark never match a slash.
  const deepest = /\*\*|[[\]\\]/.test(text) ? Infinity : text.split('/').length;
  return { index, below, literal, deepest };
}
