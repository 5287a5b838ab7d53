import { pairs } from './instruction.mjs';
import { expand } from './word.mjs';

/** What HTTP_PROXY and its kin need not be declared for. */
export const PROXIES = new Set(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
);

/** What an image has where it says nothing else. */
const SCRATCH_ENV = [['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']];

/**
 * The configuration of an image as far as later instructions look at it.
 * @typedef {object} Base
 * @property {string[] | null | undefined} [Env]
 * @property {string} [WorkingDir]
 * @property {string} [User]
 * @property {string[] | null | undefined} [Shell]
 */

/** ARG, ENV, USER, WORKDIR and SHELL as they stand at one place of a stage, as kaniko keeps them. */
export class Variables {
  /** @type {Map<string, string>} */
  env = new Map();
  /** @type {Map<string, string | undefined>} */
  #args = new Map();
  workdir = '';
  user = '';
  shell = ['/bin/sh', '-c'];
  #given;
  #defaults;

  /**
   * @param {ReadonlyMap<string, string>} given `--build-arg`
   * @param {ReadonlyMap<string, string>} defaults global ARGs, and what every build knows (TARGETARCH)
   */
  constructor(given, defaults) {
    this.#given = given;
    this.#defaults = defaults;
  }

  /** @param {Base} base */
  startFrom({ Env, WorkingDir, User, Shell }) {
    const entries = Env?.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
    this.env = new Map(/** @type {[string, string][]} */ (entries ?? SCRATCH_ENV));
    this.workdir = WorkingDir ?? '';
    this.user = User ?? '';
    if (Shell && Shell.length > 0) this.shell = Shell;
  }

  clone() {
    const copy = new Variables(this.#given, this.#defaults);
    Object.assign(copy, { env: new Map(this.env), workdir: this.workdir, user: this.user, shell: this.shell });
    for (const [name, value] of this.#args) copy.#args.set(name, value);
    return copy;
  }

  /** The declared ARGs that have a value: what stands in front of an instruction for the engine. */
  args() {
    /** @type {Map<string, string>} */
    const result = new Map();
    for (const name of [...this.#args.keys(), ...PROXIES]) {
      const value = this.#given.get(name) ?? this.#args.get(name) ?? this.#defaultOf(name);
      if (value !== undefined) result.set(name, value);
    }
    return result;
  }

  /** @param {string} name */
  #defaultOf(name) {
    return this.#args.has(name) ? this.#defaults.get(name) : undefined;
  }

  /** What variables stand for here: an ARG before an ENV of the same name. */
  values() {
    return new Map([...this.env, ...this.args()]);
  }

  /** `A=b` of all that has a value, sorted: the part of a RUN's key. */
  list() {
    const pairs = [...this.values()].map(([name, value]) => `${name}=${value}`);
    return pairs.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  /** @param {import('./instruction.mjs').Instruction} instruction ARG */
  declare(instruction) {
    for (const { key, value } of pairs(instruction)) {
      const name = expand(key, this.values());
      const given = value === undefined ? this.args().get(name) : expand(value, this.values());
      this.#args.set(name, given);
    }
  }

  /** @param {import('./instruction.mjs').Instruction} instruction ENV */
  set(instruction) {
    const values = this.values(); // of all pairs the same
    const resolved = pairs(instruction).map(({ key, value }) => [expand(key, values), expand(value ?? '', values)]);
    for (const [name = '', value = ''] of resolved) {
      this.env.set(name, value);
      this.#args.delete(name);
    }
  }
}

/**
 * The values of global ARGs.
 * @param {readonly import('./instruction.mjs').Instruction[]} globals
 * @param {ReadonlyMap<string, string>} given
 * @returns {Map<string, string>}
 */
export function globalValues(globals, given) {
  /** @type {Map<string, string>} */
  const values = new Map();
  for (const instruction of globals) {
    for (const { key, value } of pairs(instruction)) {
      const resolved =
        given.get(key) || (value === undefined ? undefined : expand(value, new Map([...values, ...given])));
      if (resolved !== undefined) values.set(key, resolved);
    }
  }
  return values;
}
