import { compileGlob, SPECIAL_CHARACTERS } from './glob.ts';
import type { IgnoreRule } from './ignore-file.ts';

interface Exception {
  index: number;
  /** Without a last `/**` or `/*`, with a slash at its end. */
  below: string;
  /** What every path that it takes begins with. */
  literal: string;
  /** Names of the longest path that it takes. */
  deepest: number;
}

/** With one of these BuildKit walks into all ignored folders. */
const WILD = /[*[\]?^\\]/;
/** Makes more of what stands before it than it says. */
const UNBOUND = /[|{^\uFEFF]/;
/** Only with one of these a pattern may turn out to be none. */
const DOUBTFUL = /[[\\{|]/;

/** The exceptions of a list, which decide whether an ignored folder is walked into all the same. */
export class Exceptions {
  readonly #all: readonly Exception[];
  readonly #areAllNames: boolean;

  constructor(rules: readonly IgnoreRule[]) {
    this.#all = rules.flatMap(({ text, exception }, index) => (exception ? [read(text, index)] : []));
    this.#areAllNames = !this.#all.some(({ below }) => WILD.test(below));
  }

  /**
   * Whether an ignored folder is walked into. BuildKit's rule (fsutil, filter.go): where an exception has wildcards,
   * always; else where one names something in it. That a pattern behind the last exception has taken all of it is seen here, too, and
   * that no exception can take anything in it: nothing of it would be sent then.
   * @param by the index of the last pattern that took the folder
   */
  mayBringBackIn(folder: string, by: number): boolean {
    const inside = `${folder}/`;
    const depth = folder.split('/').length;
    return this.#all.some(({ index, below, literal, deepest }) => {
      if (index < by || (this.#areAllNames && !below.startsWith(inside))) return false;
      return deepest > depth && (literal.startsWith(inside) || inside.startsWith(literal));
    });
  }
}

function read(text: string, index: number): Exception {
  const below = `${text.replace(/\/\*\*$/, '').replace(/\/\*$/, '')}/`;
  // One that is none must be found out as it is by Docker: by asking it.
  if (DOUBTFUL.test(text) && !compileGlob(text)) return { index: Infinity, below, literal: '', deepest: Infinity };
  if (UNBOUND.test(text)) return { index, below, literal: '', deepest: Infinity };
  const at = text.search(SPECIAL_CHARACTERS);
  const literal = at < 0 ? text : text.slice(0, at);
  // Only a single star and a question mark keep to one name.
  const deepest = /\*\*|[[\]\\]/.test(text) ? Infinity : text.split('/').length;
  return { index, below, literal, deepest };
}
