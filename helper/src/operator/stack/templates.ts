import { parseDocument } from 'yaml';
import { isRecord } from '../../text/is-record.ts';
import type { TemplateName } from '../operator-world.ts';
import { conditionsThatHold } from './template-conditions.ts';

/** A parameter of a template, as far as values are checked before anything is created. */
export interface TemplateParameter {
  readonly type: string;
  readonly required: boolean;
  /** Empty where it has none. */
  readonly defaultValue: string;
  readonly description: string;
  /** In words what a value must be; empty where the template says nothing. */
  readonly constraint: string;
  readonly pattern: RegExp | undefined;
  readonly allowed: readonly string[];
  /** Of a number its least value, of a text its least length. */
  readonly least: number | undefined;
  readonly most: number | undefined;
}

/** A resource of a template. */
interface TemplateResource {
  readonly id: string;
  readonly type: string;
  /** The condition under which it is made; undefined: always. */
  readonly condition: string | undefined;
}

/** A template that was read. */
export interface Template {
  readonly name: TemplateName;
  readonly body: string;
  readonly parameters: ReadonlyMap<string, TemplateParameter>;
  readonly resources: readonly TemplateResource[];
}

const asRecord = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
const asText = (value: unknown): string => (value === undefined || value === null ? '' : String(value).trim());
const asNumber = (value: unknown): number | undefined =>
  value === undefined || value === null ? undefined : Number(value);

/** Reads a template's parameters and resources. CloudFormation's own tags (`!Ref`, `!Sub`) are not evaluated. */
export function readTemplate(name: TemplateName, body: string): Template {
  const document = asRecord(parseDocument(body, { logLevel: 'silent' }).toJS());
  const parameters = Object.entries(asRecord(document.Parameters)).map(
    ([parameter, declaration]): [string, TemplateParameter] => [parameter, readParameter(asRecord(declaration))],
  );
  const resources = Object.entries(asRecord(document.Resources)).map(([id, value]) => ({
    id,
    type: asText(asRecord(value).Type),
    condition: asText(asRecord(value).Condition) || undefined,
  }));
  return { name, body, parameters: new Map(parameters), resources };
}

function readParameter(declaration: Record<string, unknown>): TemplateParameter {
  const isNumber = declaration.Type === 'Number';
  const pattern = asText(declaration.AllowedPattern);
  return {
    type: asText(declaration.Type),
    required: declaration.Default === undefined,
    defaultValue: asText(declaration.Default),
    description: asText(declaration.Description),
    constraint: asText(declaration.ConstraintDescription),
    pattern: pattern === '' ? undefined : new RegExp(`^(?:${pattern})$`),
    allowed: Array.isArray(declaration.AllowedValues) ? declaration.AllowedValues.map(String) : [],
    least: asNumber(isNumber ? declaration.MinValue : declaration.MinLength),
    most: asNumber(isNumber ? declaration.MaxValue : declaration.MaxLength),
  };
}

/** The resources that a new stack has with these values; a parameter without a value has the template's default. */
export function resourcesMadeWith(
  template: Template,
  values: ReadonlyMap<string, { readonly value: string }>,
): TemplateResource[] {
  const lookUp = (name: string): string | undefined => {
    const parameter = template.parameters.get(name);
    return values.get(name)?.value ?? (parameter?.required === false ? parameter.defaultValue : undefined);
  };
  const holding = conditionsThatHold(template.body, lookUp);
  return template.resources.filter(({ condition }) => condition === undefined || holding.has(condition));
}
