import type { ObservedStack } from './stacks.ts';
import type { Template } from './templates.ts';

/** A value for a template's parameter. */
export interface TemplateValue {
  readonly value: string;
  /** The operator's own name for it: `domain`, or `builderParameters.LogDays`; empty where this program found it out. */
  readonly source: string;
}

/** Values by the names of the template's parameters. */
export type TemplateValues = ReadonlyMap<string, TemplateValue>;

/** A template's parameter, the operator's name for it, and what he gave. */
type GivenValue = readonly [parameter: string, source: string, value: string | number | boolean | undefined];

/** A value that this program found out by itself. */
export const foundValue = (parameter: string, value: string): readonly [string, TemplateValue] => [
  parameter,
  { value, source: '' },
];

/**
 * Collects the values that the operator gives. Those that are undefined are left out: the stack keeps its own.
 * @param further values under the template's own names; they win over `given`
 * @param name the operator's parameter that has them
 */
export function collectTemplateValues(
  given: readonly GivenValue[],
  further: Readonly<Record<string, string>>,
  name: string,
): TemplateValues {
  const named = given.flatMap(([parameter, source, value]): [string, TemplateValue][] =>
    value === undefined ? [] : [[parameter, { value: String(value), source }]],
  );
  const others = Object.entries(further).map(([parameter, value]): [string, TemplateValue] => [
    parameter,
    { value, source: `${name}.${parameter}` },
  ]);
  return new Map([...named, ...others]);
}

/**
 * The parameters of a change set. A value that is given wins, then the one that the stack has, then the template's
 * default.
 * @returns `parameters`, where undefined keeps the stack's value, and the names of the parameters that have no value at all
 */
export function changeSetParameters(
  { parameters }: Template,
  values: TemplateValues,
  stack: Pick<ObservedStack, 'parameters'> | undefined,
): { parameters: Record<string, string | undefined>; missing: string[] } {
  const chosen: Record<string, string | undefined> = {};
  const missing: string[] = [];
  for (const [name, { required }] of parameters) {
    const given = values.get(name);
    if (given !== undefined) chosen[name] = given.value;
    else if (stack !== undefined && Object.hasOwn(stack.parameters, name)) chosen[name] = undefined;
    else if (required) missing.push(name);
  }
  return { parameters: chosen, missing };
}
