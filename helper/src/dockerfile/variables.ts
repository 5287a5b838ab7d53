import type { Instruction } from './instruction.ts';
import { lex } from './lexer.ts';

/** Gives the value of a variable; undefined where it is not known before the build. */
export type LookUp = (name: string) => string | undefined;

/** Removes quotes and escapes and replaces variables by their values; undefined where a value is not known. */
export const expand = (text: string, lookUp: LookUp): string | undefined =>
  lex(text, { lookUp, unsetVariable: 'fail' })?.text;

/** The names that an ARG declares, each with its default as written; none for any other instruction. */
function* declaredArguments({ keyword, args }: Instruction): Generator<{ name: string; value: string | undefined }> {
  if (keyword !== 'ARG') return;
  for (const arg of args) {
    const equals = arg.indexOf('=');
    if (equals < 0) yield { name: arg, value: undefined };
    else yield { name: arg.slice(0, equals), value: arg.slice(equals + 1) };
  }
}

/**
 * The values of the ARGs before the first FROM. A build argument that is not empty replaces a default. It counts even where no
 * ARG declares it, because kaniko uses it for `FROM ${BASE}` in any case.
 */
export function globalValues(
  globals: readonly Instruction[],
  buildArgs: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const buildArg = (name: string) => (Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined);
  for (const instruction of globals) {
    for (const { name, value } of declaredArguments(instruction)) {
      if (value === undefined) continue;
      const lookUp = (other: string) => buildArg(other) ?? values.get(other);
      values.set(name, lex(unquoted(value), { lookUp, unsetVariable: 'empty' })?.text ?? '');
    }
  }
  // For these values kaniko cuts a build argument at its second equals sign.
  for (const [name, value] of Object.entries(buildArgs)) {
    const first = value.split('=', 1)[0] ?? '';
    if (first !== '') values.set(name, first);
  }
  return values;
}

function unquoted(value: string): string {
  const quote = value.charAt(0);
  return value.length > 1 && `"'`.includes(quote) && value.endsWith(quote) ? value.slice(1, -1) : value;
}

/** The values of variables in a stage, kept up to date while its instructions are read one by one. */
export class StageValues {
  readonly #env: Map<string, string | undefined>;
  readonly #args = new Map<string, string | undefined>();

  /**
   * @param given the values of build arguments and of predefined arguments
   * @param globals see globalValues: an ARG without default takes its value from there
   * @param base the values at the end of the stage that this one is based on
   */
  constructor(
    readonly given: ReadonlyMap<string, string>,
    readonly globals: ReadonlyMap<string, string>,
    base: StageValues | undefined,
  ) {
    this.#env = new Map(base === undefined ? [] : base.#env);
  }

  /** A variable that ARG and ENV set to different values counts as unknown. */
  readonly lookUp: LookUp = (name) => {
    const env = this.#env.get(name);
    const arg = this.#args.get(name);
    if (this.#env.has(name) && this.#args.has(name)) return env === arg ? env : undefined;
    return env ?? arg;
  };

  /** Reads the next instruction of the stage. */
  take(instruction: Instruction): void {
    const { keyword, args } = instruction;
    for (const { name, value } of declaredArguments(instruction)) {
      const byDefault = value === undefined ? this.globals.get(name) : expand(value, this.lookUp);
      this.#args.set(name, this.given.get(name) ?? byDefault);
    }
    if (keyword !== 'ENV') return;
    const { lookUp } = this;
    const pairs: [string, string | undefined][] = [];
    for (let at = 0; at + 1 < args.length; at += 2) pairs.push([args[at] ?? '', expand(args[at + 1] ?? '', lookUp)]);
    // The values of one ENV do not see each other, so they are set after all of them are expanded.
    for (const [name, value] of pairs) this.#env.set(name, value);
  }
}

/** The arguments that exist without being given. BUILD and TARGET are the same: a build runs on the platform it builds for. */
export function predefinedArguments(platform: string | undefined): ReadonlyMap<string, string> {
  const [os, arch, variant = ''] = platform?.split('/') ?? [];
  if (platform === undefined || os === undefined || arch === undefined) return new Map();
  return new Map(
    ['TARGET', 'BUILD'].flatMap((role): [string, string][] => [
      [`${role}PLATFORM`, platform],
      [`${role}OS`, os],
      [`${role}ARCH`, arch],
      [`${role}VARIANT`, variant],
    ]),
  );
}
