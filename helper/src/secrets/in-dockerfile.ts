import type { FoundSecret } from './found-secret.ts';
import { recognisePair, recogniseWords } from './recognise-secrets.ts';
import { NO_FACTS } from './variable-names.ts';

/** The parts of an instruction that may hold a secret. */
interface InstructionWords {
  /** In capitals. */
  readonly keyword: string;
  /** The number of its first line. */
  readonly first: number;
  /** For ENV and LABEL name, value, name, value; for others the words. */
  readonly args: readonly string[];
}

/** An instruction of the Dockerfile that has secrets. */
export interface DockerfileSecret {
  keyword: string;
  line: number;
  found: readonly FoundSecret[];
}

/** The secrets in a Dockerfile's instructions. A line that has several instructions counts once. */
export function secretsInDockerfile(instructions: readonly InstructionWords[]): DockerfileSecret[] {
  const lines = new Map(instructions.map((one) => [one.first, one]));
  return [...lines.values()]
    .map(({ keyword, first, args }) => ({ keyword, line: first, found: foundIn(keyword, args.map(unquoted)) }))
    .filter(({ found }) => found.length > 0);
}

function foundIn(keyword: string, args: readonly string[]): FoundSecret[] {
  if (keyword !== 'ENV' && keyword !== 'LABEL') return recogniseWords(args).flat();
  return args.flatMap((name, at) => (at % 2 === 0 ? recognisePair(name, args[at + 1] ?? '', NO_FACTS) : []));
}

const unquoted = (word: string): string => /^(["'])(.*)\1$/s.exec(word)?.[2] ?? word;
