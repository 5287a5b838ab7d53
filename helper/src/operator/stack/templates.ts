import { isMap, parseDocument, visit } from 'yaml';
import { Failure } from '../../failure.ts';
import { conditionsThatHold } from './template-conditions.ts';

/** The stacks' templates, by what they make: the text of `infrastructure/NAME.yaml`. */
export type TemplateTexts = Readonly<Record<'network' | 'builder' | 'jenkins' | 'service', string>>;

export type TemplateName = keyof TemplateTexts;

/** A parameter of a template, as far as values are checked before anything is created. */
export interface TemplateParameter {
  readonly type: string;
  readonly required: boolean;
  /** Empty where it has none. */
  readonly otherwise: string;
  readonly description: string;
  /** In words what a value must be; empty where the template says nothing. */
  readonly constraint: string;
  readonly pattern: RegExp | undefined;
  readonly allowed: readonly string[];
  readonly least: number | undefined;
  readonly most: number | undefined;
}

/** A resource of a template. */
export interface TemplateResource {
  readonly id: string;
  readonly type: string;
  /** Made only where this holds; undefined: always. */
  readonly condition: string | undefined;
}

/** A template, read. */
export interface Template {
  readonly kind: TemplateName;
  readonly body: string;
  readonly parameters: ReadonlyMap<string, TemplateParameter>;
  readonly resources: readonly TemplateResource[];
}

/** CloudFormation takes so many bytes in a request. */
export const TEMPLATE_BODY_LIMIT = 51_200;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value).trim());
const number = (value: unknown): number | undefined =>
  value === undefined || value === null ? undefined : Number(value);

/** Reads a template: its parameters and resources. CloudFormation's own tags stay unread. */
export function readTemplate(kind: TemplateName, body: string): Template {
  const parsed = record(parseDocument(body, { logLevel: 'silent' }).toJS());
  const parameters = Object.entries(record(parsed.Parameters)).map(([name, value]): [string, TemplateParameter] => {
    const declared = record(value);
    const isNumber = declared.Type === 'Number';
    const pattern = text(declared.AllowedPattern);
    return [
      name,
      {
        type: text(declared.Type),
        required: declared.Default === undefined,
        otherwise: text(declared.Default),
        description: text(declared.Description),
        constraint: text(declared.ConstraintDescription),
        pattern: pattern === '' ? undefined : new RegExp(`^(?:${pattern})$`),
        allowed: Array.isArray(declared.AllowedValues) ? declared.AllowedValues.map(String) : [],
        least: number(isNumber ? declared.MinValue : declared.MinLength),
        most: number(isNumber ? declared.MaxValue : declared.MaxLength),
      },
    ];
  });
  const resources = Object.entries(record(parsed.Resources)).map(([id, value]) => ({
    id,
    type: text(record(value).Type),
    condition: text(record(value).Condition) || undefined,
  }));
  return { kind, body, parameters: new Map(parameters), resources };
}

/** The resources that a new stack has with these values; what is not given is the template's default. */
export function resourcesMadeWith(
  template: Template,
  given: ReadonlyMap<string, { readonly value: string }>,
): TemplateResource[] {
  const known = (name: string): string | undefined => {
    const parameter = template.parameters.get(name);
    return given.get(name)?.value ?? (parameter?.required === false ? parameter.otherwise : undefined);
  };
  const holding = conditionsThatHold(template.body, known);
  return template.resources.filter(({ condition }) => condition === undefined || holding.has(condition));
}

/** What is wrong with a value of a template's parameter; undefined where nothing is. */
export function templateValueComplaint(value: string, parameter: TemplateParameter): string | undefined {
  const { type, pattern, allowed, least, most, constraint } = parameter;
  const must = (what: string): string => `must be ${constraint || what}, not "${value}"`;
  if (allowed.length > 0 && !allowed.includes(value)) return must(`one of ${allowed.join(', ')}`);
  if (type === 'Number') {
    const amount = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
    if (!(amount >= (least ?? -Infinity) && amount <= (most ?? Infinity)))
      return must(`a number${between(least, most)}`);
    return undefined;
  }
  if (pattern !== undefined && !pattern.test(value)) return must(`a text like ${pattern.source}`);
  if (value.length < (least ?? 0) || value.length > (most ?? Infinity))
    return must(`a text of ${least ?? 0} to ${most ?? 'any'} characters`);
  const id = ID_TYPES[type];
  if (id !== undefined && !value.split(',').every((one) => id.pattern.test(one.trim()))) return must(id.words);
  return undefined;
}

const ID_TYPES: Readonly<Record<string, { readonly pattern: RegExp; readonly words: string }>> = {
  'AWS::EC2::VPC::Id': { pattern: /^vpc-[0-9a-f]+$/, words: "a VPC's ID, as vpc-0a1b2c3d" },
  'List<AWS::EC2::Subnet::Id>': { pattern: /^subnet-[0-9a-f]+$/, words: 'IDs of subnets, as subnet-0a1b2c3d' },
  'AWS::EC2::SecurityGroup::Id': { pattern: /^sg-[0-9a-f]+$/, words: "a security group's ID, as sg-0a1b2c3d" },
};

const between = (least?: number, most?: number): string =>
  `${least === undefined ? '' : ` from ${least}`}${most === undefined ? '' : ` to ${most}`}`;

/**
 * A template's text as it is sent: without its comments where it is too long with them.
 * @throws Failure `internal` where it is too long even so; a test sees to it that none is
 */
export function bodyToSend({ kind, body }: Pick<Template, 'kind' | 'body'>): string {
  if (Buffer.byteLength(body) <= TEMPLATE_BODY_LIMIT) return body;
  const document = parseDocument(body, { logLevel: 'silent' });
  document.commentBefore = null;
  document.comment = null;
  visit(document, {
    Node: (_, node) => {
      node.comment = null;
      node.commentBefore = null;
      node.spaceBefore = false;
    },
  });
  document.deleteIn(['Metadata']);
  const bare = document.toString({ lineWidth: 0, indent: 1, indentSeq: false, flowCollectionPadding: false });
  if (Buffer.byteLength(bare) <= TEMPLATE_BODY_LIMIT) return bare;
  throw new Failure(
    'internal',
    `the template ${kind}.yaml has more than ${TEMPLATE_BODY_LIMIT} bytes, also without comments`,
  );
}

/** A template of one resource alone, to take back one that an earlier stack left: an import brings nothing else. */
export function bodyOfOneResource({ body }: Pick<Template, 'body'>, id: string): string {
  const document = parseDocument(body, { logLevel: 'silent' });
  for (const section of ['Metadata', 'Rules', 'Conditions', 'Outputs']) document.delete(section);
  const resources = document.get('Resources');
  if (!isMap(resources) || !resources.has(id)) throw new TypeError(`the template has no resource ${id}`);
  for (const { key } of [...resources.items]) if (String(key) !== id) resources.delete(key);
  return document.toString({ lineWidth: 0 });
}
