import { plain } from '../text/printable.ts';

/** Something that kaniko does otherwise than Docker and does not say. */
export interface DockerfileFinding {
  /** Refused: the image would be wrong for certain, and green. A warning: it may be as it should be. */
  refused: boolean;
  /** Of the instruction's first line. */
  line: number;
  /** What the Dockerfile asks for, e.g. `COPY --exclude`. */
  what: string;
  /** What kaniko does instead. */
  instead: string;
  /** How to mend it. */
  mend: string;
}

/** What a rule finds, before it is known where. */
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

/** Text of a Dockerfile for a message. */
export function quotedForMessage(text: string): string {
  const line = plain(text).replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}...` : line;
}

const LONGEST_SHOWN = 80;

/** Findings as sentences, `Dockerfile:3: ...`; what is the same on several lines is told once. */
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

const MOST_LINES = 10;
