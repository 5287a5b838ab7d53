import type { Instruction } from './instruction.ts';
import { lex } from './lexer.ts';

/** What variables are worth; undefined for one whose value is not known before the build. */
export type LookUp = (name: string) => string | undefined;

/** Takes quotes and escapes away and puts in what variables are worth; undefined where one of them is not known. */
export const expand = (text: string, lookUp: LookUp): string | undefined =>
  lex(text, { lookUp, unset: 'gives up' })?.text;

/** The names that ARG declares, each with its default as written. */
export function* declaredArguments({
  keyword,
  args,
}: Instruction): Generator<{ name: string; value: string | undefined }> {
  if (keyword !== 'ARG') return;
  for (const arg of args) {
    const equals = arg.indexOf('=');
    if (equals < 0) yield { name: arg, value: undefined };
    else yield { name: arg.slice(0, equals), value: arg.slice(equals + 1) };
  }
}

/**
 * The values of ARGs before the first FROM. A build argument that is not empty wins over a default, and counts without
 * any ARG, too: so kaniko takes it in `FROM ${BASE}`.
 */
export function globalValues(
  globals: readonly Instruction[],
  buildArgs: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const given = (name: string) => (Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined);
  for (const instruction of globals) {
    for (const { name, value } of declaredArguments(instruction)) {
      if (value === undefined) continue;
      const lookUp = (other: string) => given(other) ?? values.get(other);
      values.set(name, lex(unquoted(value), { lookUp, unset: 'is empty' })?.text ?? '');
    }
  }
  // kaniko cuts a build argument at its second equals sign there.
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

/** What variables are worth while a stage's instructions are gone through one by one. */
export class StageValues {
  readonly #env: Map<string, string | undefined>;
  readonly #args = new Map<string, string | undefined>();

  /**
   * @param given values of build arguments, and of those that are predefined
   * @param globals see globalValues: an ARG without default takes its value there
   * @param base the stage that this one is based upon, at its end
   */
  constructor(
    readonly given: ReadonlyMap<string, string>,
    readonly globals: ReadonlyMap<string, string>,
    base: StageValues | undefined,
  ) {
    this.#env = new Map(base === undefined ? [] : base.#env);
  }

  /** A value that ARG and ENV set differently is not known. */
  readonly lookUp: LookUp = (name) => {
    const env = this.#env.get(name);
    const arg = this.#args.get(name);
    if (this.#env.has(name) && this.#args.has(name)) return env === arg ? env : undefined;
    return env ?? arg;
  };

  take(instruction: Instruction): void {
    const { keyword, args } = instruction;
    for (const { name, value } of declaredArguments(instruction)) {
      const standard = value === undefined ? this.globals.get(name) : expand(value, this.lookUp);
      this.#args.set(name, this.given.get(name) ?? standard);
    }
    if (keyword !== 'ENV') return;
    const { lookUp } = this;
    const pairs: [string, string | undefined][] = [];
    for (let at = 0; at + 1 < args.length; at += 2) pairs.push([args[at] ?? '', expand(args[at + 1] ?? '', lookUp)]);
    // One ENV's values do not see each other.
    for (const [name, value] of pairs) this.#env.set(name, value);
  }
}

/** The arguments that are there without being given. A build runs on the platform that it builds for. */
export function predefinedArguments(platform: string | undefined): ReadonlyMap<string, string> {
  const [os, arch, variant = ''] = platform?.split('/') ?? [];
  if (platform === undefined || os === undefined || arch === undefined) return new Map();
  return new Map(
    ['TARGET', 'BUILD'].flatMap((side): [string, string][] => [
      [`${side}PLATFORM`, platform],
      [`${side}OS`, os],
      [`${side}ARCH`, arch],
      [`${side}VARIANT`, variant],
    ]),
  );
}
