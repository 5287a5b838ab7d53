import { createHash } from 'node:crypto';
import { copied } from './instruction.mjs';
import { expand } from './word.mjs';

/** @param {string} text */
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** kaniko's key of a layer: the base, then every instruction with what it reads. */
export class Key {
  #rolling;
  #parts;
  #state;

  /**
   * @param {boolean} rolling ROLLING_CACHE_KEY: each part is hashed in turn; else all are joined by `-`, so that
   *   different parts can come to one key
   * @param {string[]} parts
   * @param {string} state
   */
  constructor(rolling, parts = [], state = '') {
    this.#rolling = rolling;
    this.#parts = parts;
    this.#state = state;
  }

  /**
   * Goes on from a stage's last key.
   * @param {boolean} rolling
   * @param {string} state
   */
  static resume(rolling, state) {
    return new Key(rolling, [state], state);
  }

  clone() {
    return new Key(this.#rolling, [...this.#parts], this.#state);
  }

  /** @param {readonly string[]} parts */
  add(...parts) {
    for (const part of parts) this.#state = sha256((this.#state || '0'.repeat(64)) + part);
    this.#parts.push(...parts);
    return this;
  }

  /** What another build goes on from. */
  state() {
    return this.#rolling ? this.#state : this.#parts.join('-');
  }

  hash() {
    return this.#rolling ? this.#state : sha256(this.#parts.join('-'));
  }
}

/**
 * What an instruction gives to the key, beside its files. Without RESOLVE_CACHE_KEY that is kaniko's fault: the text as
 * it is written, without the bodies of heredocs and without the values of variables.
 * @param {import('./instruction.mjs').Instruction} instruction
 * @param {import('./variables.mjs').Variables} variables
 * @param {ReadonlySet<string>} active feature flags
 * @returns {string[]}
 */
export function partsOf(instruction, variables, active) {
  const { name } = instruction;
  const list = name === 'RUN' ? variables.list() : [];
  const counted = list.length > 0 ? [`|${list.length}`, ...list] : [];
  return [...counted, active.has('RESOLVE_CACHE_KEY') ? resolved(instruction, variables, active) : instruction.text];
}

/**
 * @param {import('./instruction.mjs').Instruction} instruction
 * @param {import('./variables.mjs').Variables} variables
 * @param {ReadonlySet<string>} active
 */
function resolved(instruction, variables, active) {
  const { name, text, heredocs } = instruction;
  const framed = (/** @type {string} */ part) => `${part.length}:${part}`;
  if (name === 'RUN') return framed(text) + heredocs.map(({ name, data }) => framed(data) + framed(name)).join('');
  if (name !== 'COPY' && name !== 'ADD' && name !== 'WORKDIR') return text;
  const line = expand(text, variables.values(), { raw: true });
  if (name === 'WORKDIR') return line;
  const bodies = copied(instruction).files.map((file) => bodyOf(file, variables, active));
  return [line, ...bodies].map(framed).join('');
}

/**
 * The content of a file that a heredoc makes.
 * @param {import('./instruction.mjs').Heredoc} heredoc
 * @param {import('./variables.mjs').Variables} variables
 * @param {ReadonlySet<string>} active
 */
export function bodyOf({ data, expand: wanted }, variables, active) {
  return wanted && active.has('EXPAND_HEREDOC') ? expand(data, variables.values(), { quotes: false }) : data;
}
