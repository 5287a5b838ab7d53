import type { Results } from './built-image.ts';

/** The TypeScript type behind each type of parameter. */
export interface Types extends Results {
  text: string;
  number: number;
  flag: boolean;
  /** A list of texts. */
  list: readonly string[];
  /** One text, or a list of them; always a list once read. */
  names: readonly string[];
  /** Name -> text. */
  map: Readonly<Record<string, string>>;
  /** Name -> text, or null for one that is to be taken away. */
  changes: Readonly<Record<string, string | null>>;
  /** true, false or a text. */
  choice: boolean | string;
}

/** One parameter of a command, declared once: flags, validation, Jenkins' help and docs all come from it. */
export interface Parameter<Type extends keyof Types> {
  readonly type: Type;
  /** A sentence or two, plain text: it is shown on terminals, in Jenkins (possibly escaped) and in Markdown. */
  readonly help: string;
  readonly required?: boolean;
  readonly default?: Types[Type];
  /** What happens when it is left out, where that is no fixed value. */
  readonly otherwise?: string;
  readonly oneOf?: readonly (string | number)[];
  readonly min?: number;
  readonly max?: number;
  /** As one writes it in Groovy, with its name: `cpu: 4096`. */
  readonly example?: string;
  /** Passed by the Jenkins steps, not by people: in no help. */
  readonly internal?: boolean;
}

/** A parameter of any type. */
export type AnyParameter = { readonly [T in keyof Types]: Parameter<T> }[keyof Types];

export type Schema = Readonly<Record<string, AnyParameter>>;

type Given<P> = P extends { readonly required: true } | { readonly default: unknown } ? true : false;
type ValueOf<P> = P extends { readonly type: infer T extends keyof Types } ? Types[T] : never;

/** The values of a command's parameters, as its schema types them: what has no default may be undefined. */
export type Infer<S extends Schema> = {
  readonly [Name in keyof S]: Given<S[Name]> extends true ? ValueOf<S[Name]> : ValueOf<S[Name]> | undefined;
};

/** The help of a parameter, with the values that it takes where they are few. */
export const helpText = ({ help, oneOf }: AnyParameter): string =>
  oneOf === undefined ? help : `${help} One of ${oneOf.join(', ')}.`;

/** The default of a parameter in words; empty where there is nothing to say. */
export function defaultText(parameter: AnyParameter): string {
  if (parameter.otherwise) return parameter.otherwise;
  const value = parameter.default;
  if (value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)) return '';
  return String(value);
}
