import type { StepResultTypes } from './built-image.ts';

/** The TypeScript type behind each type of parameter. */
interface ParameterTypes extends StepResultTypes {
  text: string;
  number: number;
  flag: boolean;
  /** A list of texts. */
  list: readonly string[];
  /** One text, or a list of them; always a list once read. */
  names: readonly string[];
  /** Name -> text. */
  map: Readonly<Record<string, string>>;
  /** Name -> text, or null to take the entry away. */
  changes: Readonly<Record<string, string | null>>;
  /** true, false or a text. */
  choice: boolean | string;
}

/** One parameter of a command. It is declared once: flags, validation, Jenkins' help and the tables in docs/ come from here. */
interface Parameter<Type extends keyof ParameterTypes> {
  readonly type: Type;
  /** One or two sentences of plain text, without markup: terminals, Jenkins and Markdown pages show them. */
  readonly help: string;
  readonly required?: boolean;
  readonly default?: ParameterTypes[Type];
  /** What happens when the parameter is left out, where that is not one fixed value. */
  readonly otherwise?: string;
  readonly oneOf?: readonly (string | number)[];
  readonly min?: number;
  readonly max?: number;
  /** The parameter with a value, as one writes it in a Jenkinsfile: `cpu: 4096`. */
  readonly example?: string;
  /** The Jenkins steps pass it, and people do not: no help shows it. */
  readonly internal?: boolean;
}

/** A parameter of any type. */
export type AnyParameter = { readonly [T in keyof ParameterTypes]: Parameter<T> }[keyof ParameterTypes];

export type ParameterSchema = Readonly<Record<string, AnyParameter>>;

type Given<P> = P extends { readonly required: true } | { readonly default: unknown } ? true : false;
type ValueOf<P> = P extends { readonly type: infer T extends keyof ParameterTypes } ? ParameterTypes[T] : never;

/** The values of a command's parameters, with the types that its schema gives them. One without a default may be undefined. */
export type ParameterValues<S extends ParameterSchema> = {
  readonly [Name in keyof S]: Given<S[Name]> extends true ? ValueOf<S[Name]> : ValueOf<S[Name]> | undefined;
};

/** The help of a parameter, with the values that it takes where the schema lists them. */
export const helpText = ({ help, oneOf }: AnyParameter): string =>
  oneOf === undefined ? help : `${help} One of ${oneOf.join(', ')}.`;

/** The default of a parameter in words. Empty where it has none, or an empty one. */
export function defaultText(parameter: AnyParameter): string {
  if (parameter.otherwise) return parameter.otherwise;
  const value = parameter.default;
  if (value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)) return '';
  return String(value);
}
