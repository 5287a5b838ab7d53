import { createHash } from 'node:crypto';
import { expandWord } from '../dockerfile/expand-word.ts';
import { copyArguments, type Heredoc, type Instruction } from '../dockerfile/instruction.ts';
import type { StageVariables } from '../dockerfile/stage-variables.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** kaniko's key of a layer. It is made of the base image, and of every instruction with what it reads. */
export class CacheKey {
  readonly #rolling: boolean;
  readonly #parts: string[];
  #state: string;

  /**
   * @param rolling ROLLING_CACHE_KEY: each part is hashed with the hash of those before it. Without it all parts are
   *   joined by `-`, so that different parts can give one key, as with kaniko
   */
  constructor(rolling: boolean, parts: string[] = [], state = '') {
    this.#rolling = rolling;
    this.#parts = parts;
    this.#state = state;
  }

  /** The key that continues another one. */
  static resume(rolling: boolean, state: string): CacheKey {
    return new CacheKey(rolling, [state], state);
  }

  clone(): CacheKey {
    return new CacheKey(this.#rolling, [...this.#parts], this.#state);
  }

  add(...parts: readonly string[]): this {
    for (const part of parts) this.#state = sha256((this.#state || '0'.repeat(64)) + part);
    this.#parts.push(...parts);
    return this;
  }

  /** What resume() needs to continue this key. */
  state(): string {
    return this.#rolling ? this.#state : this.#parts.join('-');
  }

  /** The key itself. */
  hash(): string {
    return this.#rolling ? this.#state : sha256(this.#parts.join('-'));
  }
}

/**
 * The parts of a key that come from an instruction itself, without its files. Without RESOLVE_CACHE_KEY it is the text
 * as written: neither bodies of heredocs nor values of variables count. That is a fault of kaniko, which is kept here.
 * @param active the feature flags
 */
export function keyParts(instruction: Instruction, variables: StageVariables, active: ReadonlySet<string>): string[] {
  const { name } = instruction;
  const list = name === 'RUN' ? variables.sortedPairs() : [];
  const counted = list.length > 0 ? [`|${list.length}`, ...list] : [];
  return [
    ...counted,
    active.has('RESOLVE_CACHE_KEY') ? resolvedText(instruction, variables, active) : instruction.text,
  ];
}

function resolvedText(instruction: Instruction, variables: StageVariables, active: ReadonlySet<string>): string {
  const { name, text, heredocs } = instruction;
  const framed = (part: string) => `${part.length}:${part}`;
  if (name === 'RUN') return framed(text) + heredocs.map(({ name, data }) => framed(data) + framed(name)).join('');
  if (name !== 'COPY' && name !== 'ADD' && name !== 'WORKDIR') return text;
  const line = expandWord(text, variables.values(), { raw: true });
  if (name === 'WORKDIR') return line;
  const bodies = copyArguments(instruction).files.map((file) => heredocBody(file, variables, active));
  return [line, ...bodies].map(framed).join('');
}

/** The content of the file that a heredoc of COPY makes. */
export function heredocBody({ data, expand }: Heredoc, variables: StageVariables, active: ReadonlySet<string>): string {
  return expand && active.has('EXPAND_HEREDOC') ? expandWord(data, variables.values(), { quotes: false }) : data;
}
