import { expandWord } from './expand-word.ts';
import { type Instruction, namedValues } from './instruction.ts';

/** Variables that need no ARG before they can be used. */
const PROXIES = new Set(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
);

/** The environment of an image whose configuration names none. */
const DEFAULT_ENV: readonly [string, string][] = [
  ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
];

/** The part of an image's configuration that decides how instructions run. Names are those of the image format. */
export interface ImageConfig {
  readonly Env?: readonly string[] | null | undefined;
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly Shell?: readonly string[] | null | undefined;
}

/** ARG, ENV, USER, WORKDIR and SHELL as they stand at one place of a stage, as kaniko keeps them. */
export class StageVariables {
  env = new Map<string, string>();
  workdir = '';
  user = '';
  shell: readonly string[] = ['/bin/sh', '-c'];
  readonly #args = new Map<string, string | undefined>();
  readonly #given: ReadonlyMap<string, string>;
  readonly #defaults: ReadonlyMap<string, string>;

  /**
   * @param given the values of `--build-arg`
   * @param defaults the global ARGs, and those that every build has (as TARGETARCH)
   */
  constructor(given: ReadonlyMap<string, string>, defaults: ReadonlyMap<string, string>) {
    this.#given = given;
    this.#defaults = defaults;
  }

  startFrom({ Env, WorkingDir, User, Shell }: ImageConfig): void {
    this.env = new Map(Env?.map(splitPair) ?? DEFAULT_ENV);
    this.workdir = WorkingDir ?? '';
    this.user = User ?? '';
    if (Shell && Shell.length > 0) this.shell = Shell;
  }

  clone(): StageVariables {
    const copy = new StageVariables(this.#given, this.#defaults);
    Object.assign(copy, { env: new Map(this.env), workdir: this.workdir, user: this.user, shell: this.shell });
    for (const [name, value] of this.#args) copy.#args.set(name, value);
    return copy;
  }

  /** The declared ARGs that have a value. */
  args(): Map<string, string> {
    const result = new Map<string, string>();
    for (const name of [...this.#args.keys(), ...PROXIES]) {
      const value = this.#given.get(name) ?? this.#args.get(name) ?? this.#defaultOf(name);
      if (value !== undefined) result.set(name, value);
    }
    return result;
  }

  #defaultOf(name: string): string | undefined {
    return this.#args.has(name) ? this.#defaults.get(name) : undefined;
  }

  /** The values that replace variables here. An ARG wins over an ENV of the same name. */
  values(): Map<string, string> {
    return new Map([...this.env, ...this.args()]);
  }

  /** `NAME=value` of every variable, sorted by bytes: a part of a RUN's cache key. */
  sortedPairs(): string[] {
    const pairs = [...this.values()].map(([name, value]) => `${name}=${value}`);
    return pairs.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  /** @param instruction an ARG */
  applyArg(instruction: Instruction): void {
    for (const { key, value } of namedValues(instruction)) {
      const name = expandWord(key, this.values());
      const given = value === undefined ? this.args().get(name) : expandWord(value, this.values());
      this.#args.set(name, given);
    }
  }

  /** @param instruction an ENV */
  applyEnv(instruction: Instruction): void {
    // All pairs of one ENV see the values from before it.
    const values = this.values();
    for (const { key, value } of namedValues(instruction)) {
      const name = expandWord(key, values);
      this.env.set(name, expandWord(value ?? '', values));
      this.#args.delete(name);
    }
  }
}

/** @param pair `NAME=value` */
function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/**
 * The values of the ARGs before the first FROM.
 * @param given the values of `--build-arg`
 */
export function globalValues(globals: readonly Instruction[], given: ReadonlyMap<string, string>): Map<string, string> {
  const values = new Map<string, string>();
  for (const instruction of globals) {
    for (const { key, value } of namedValues(instruction)) {
      const resolved =
        given.get(key) || (value === undefined ? undefined : expandWord(value, new Map([...values, ...given])));
      if (resolved !== undefined) values.set(key, resolved);
    }
  }
  return values;
}
