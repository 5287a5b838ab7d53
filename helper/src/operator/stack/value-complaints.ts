import { nearestName } from '../../text/nearest-name.ts';
import type { TemplateValues } from './template-values.ts';
import type { Template, TemplateParameter } from './templates.ts';

/** Checks values against the template's parameters. @returns a sentence for each that is wrong */
export function templateValueComplaints({ parameters, name: template }: Template, values: TemplateValues): string[] {
  return [...values].flatMap(([name, { value, source }]) => {
    const parameter = parameters.get(name);
    if (parameter !== undefined) {
      const complaint = templateValueComplaint(value, parameter);
      return complaint === undefined ? [] : [`"${source || name}" ${complaint}`];
    }
    const nearest = nearestName(name, [...parameters.keys()]);
    return [
      `infrastructure/${template}.yaml has no parameter "${name}"${nearest ? `; did you mean "${nearest}"?` : ''}${source ? ` (${source})` : ''}`,
    ];
  });
}

/** Says what is wrong with a value of a template's parameter; undefined where nothing is. */
export function templateValueComplaint(value: string, parameter: TemplateParameter): string | undefined {
  const { type, pattern, allowed, least, most, constraint } = parameter;
  const mustBe = (words: string): string => `must be ${constraint || words}, not "${value}"`;
  if (allowed.length > 0 && !allowed.includes(value)) return mustBe(`one of ${allowed.join(', ')}`);
  if (type === 'Number') {
    const amount = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
    if (!(amount >= (least ?? -Infinity) && amount <= (most ?? Infinity)))
      return mustBe(`a number${describeRange(least, most)}`);
    return undefined;
  }
  if (pattern !== undefined && !pattern.test(value)) return mustBe(`a text like ${pattern.source}`);
  if (value.length < (least ?? 0) || value.length > (most ?? Infinity))
    return mustBe(`a text of ${least ?? 0} to ${most ?? 'any'} characters`);
  const id = ID_TYPES[type];
  if (id !== undefined && !value.split(',').every((one) => id.pattern.test(one.trim()))) return mustBe(id.words);
  return undefined;
}

/** The parameter types of CloudFormation that take IDs of EC2. */
const ID_TYPES: Readonly<Record<string, { readonly pattern: RegExp; readonly words: string }>> = {
  'AWS::EC2::VPC::Id': { pattern: /^vpc-[0-9a-f]+$/, words: "a VPC's ID, as vpc-0a1b2c3d" },
  'List<AWS::EC2::Subnet::Id>': { pattern: /^subnet-[0-9a-f]+$/, words: 'IDs of subnets, as subnet-0a1b2c3d' },
  'AWS::EC2::SecurityGroup::Id': { pattern: /^sg-[0-9a-f]+$/, words: "a security group's ID, as sg-0a1b2c3d" },
};

const describeRange = (least?: number, most?: number): string =>
  `${least === undefined ? '' : ` from ${least}`}${most === undefined ? '' : ` to ${most}`}`;
