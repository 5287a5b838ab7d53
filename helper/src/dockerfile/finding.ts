import { printableText } from '../text/printable.ts';

const MOST_CHARACTERS = 80;
const MOST_LINES = 10;

/** Something that kaniko does otherwise than Docker without saying so. */
export interface DockerfileFinding {
  /** True: the image would certainly be wrong although the build succeeds. False: a warning, the image may be right. */
  refused: boolean;
  /** The number of the instruction's first line. */
  line: number;
  /** What the Dockerfile asks for, e.g. `COPY --exclude`. */
  what: string;
  /** What kaniko does instead. */
  instead: string;
  /** How to mend it. */
  mend: string;
}

/** A finding of a rule, which does not know the line. */
export type RuleFinding = Omit<DockerfileFinding, 'line'>;

export const refused = (what: string, instead: string, mend: string): RuleFinding => ({
  refused: true,
  what,
  instead,
  mend,
});
export const warned = (what: string, instead: string, mend: string): RuleFinding => ({
  refused: false,
  what,
  instead,
  mend,
});

/** A text of the Dockerfile, made fit for a message: on one line, without control characters, cut where it is long. */
export function quotedForMessage(text: string): string {
  const line = printableText(text).replace(/\s+/g, ' ').trim();
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}...` : line;
}

/** Findings as sentences, `Dockerfile:3: ...`. Equal findings of several lines become one sentence. */
export function findingSentences(file: string, findings: readonly DockerfileFinding[]): string[] {
  const lines = new Map<string, number[]>();
  for (const { line, what, instead, mend } of findings) {
    const text = `${what}: ${instead}. ${mend}`;
    lines.set(text, [...new Set([...(lines.get(text) ?? []), line])]);
  }
  return [...lines].map(([text, numbers]) => {
    const more = numbers.length > MOST_LINES ? ` and ${numbers.length - MOST_LINES} more` : '';
    return `${file}:${numbers.slice(0, MOST_LINES).join(', ')}${more}: ${text}`;
  });
}
