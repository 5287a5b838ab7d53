import type { Found } from './found-secret.ts';
import { recognisePair, recogniseWords } from './recognise-secrets.ts';

/** An instruction as it was read, as far as it may hold a secret. */
export interface Written {
  /** In capitals. */
  readonly keyword: string;
  /** Number of its line. */
  readonly first: number;
  /** ENV and LABEL: name, value, name, value; else its words. */
  readonly args: readonly string[];
}

/** A secret that stands in the Dockerfile itself. */
export interface InDockerfile {
  keyword: string;
  line: number;
  found: readonly Found[];
}

const NOWHERE = { names: [], exists: () => false };

/** The secrets in a Dockerfile's instructions, once a line. */
export function secretsInDockerfile(instructions: readonly Written[]): InDockerfile[] {
  const lines = new Map(instructions.map((one) => [one.first, one]));
  return [...lines.values()]
    .map(({ keyword, first, args }) => ({ keyword, line: first, found: foundIn(keyword, args.map(unquoted)) }))
    .filter(({ found }) => found.length > 0);
}

function foundIn(keyword: string, args: readonly string[]): Found[] {
  if (keyword !== 'ENV' && keyword !== 'LABEL') return recogniseWords(args).flat();
  return args.flatMap((name, at) => (at % 2 === 0 ? recognisePair(name, args[at + 1] ?? '', NOWHERE) : []));
}

const unquoted = (word: string): string => /^(["'])(.*)\1$/s.exec(word)?.[2] ?? word;
