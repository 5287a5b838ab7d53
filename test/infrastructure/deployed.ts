import { type Block, block, type Template, type Value, valuesOfList } from './template.ts';

/** The values that AWS would fill in. They are long, so that measured sizes are not too small. */
export const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': '111122223333',
  'AWS::Partition': 'aws',
  'AWS::Region': 'ap-southeast-2',
  'AWS::StackName': 'fargate-ci',
  'AWS::URLSuffix': 'amazonaws.com',
};

const NOTHING = Symbol('AWS::NoValue');

const isList = (type: Value | undefined): boolean => /^(List<.*>|CommaDelimitedList)$/.test(String(type));

/** The VPC of each subnet, for rules that ask for it. */
export type Subnets = Readonly<Record<string, string>>;

/** A template with given parameters. Its functions are evaluated, and the parts that its conditions exclude are left out. */
export class Deployed {
  readonly resources: ReadonlyMap<string, Block>;
  readonly outputs: Block;
  private readonly parameters: ReadonlyMap<string, Value>;
  private readonly conditions: Block;
  private readonly declared: Block;
  private readonly rules: Block;

  constructor({ root }: Template, given: Readonly<Record<string, string>> = {}) {
    this.conditions = block(root.Conditions ?? {});
    this.declared = block(root.Resources);
    this.rules = block(root.Rules ?? {});
    const parameters = new Map<string, Value>();
    for (const [name, declaration] of Object.entries(block(root.Parameters ?? {}))) {
      const value = given[name] ?? block(declaration).Default;
      if (value === undefined) throw new Error(`parameter ${name} is needed`);
      parameters.set(name, isList(block(declaration).Type) ? String(value).split(',') : value);
    }
    const unknown = Object.keys(given).filter((name) => !parameters.has(name));
    if (unknown.length > 0) throw new Error(`no such parameter: ${unknown.join(', ')}`);
    this.parameters = parameters;
    this.resources = this.existing(this.declared);
    this.outputs = Object.fromEntries(this.existing(block(root.Outputs ?? {})));
  }

  /** The descriptions of the assertions that fail. CloudFormation would answer them, and create nothing. */
  refusals(subnets: Subnets = {}): string[] {
    return Object.values(this.rules)
      .map(block)
      .filter((rule) => rule.RuleCondition === undefined || this.test(rule.RuleCondition))
      .flatMap((rule) => valuesOfList(rule.Assertions).map(block))
      .filter((assertion) => !this.test(assertion.Assert ?? null, subnets))
      .map((assertion) => String(assertion.AssertDescription));
  }

  /** The properties of one resource. @throws Error if it is not there */
  properties(id: string): Block {
    const found = this.resources.get(id);
    if (!found) throw new Error(`no resource ${id}`);
    return block(found.Properties);
  }

  /** The resources of one type, by logical name. */
  ofType(type: string): Map<string, Block> {
    return new Map([...this.resources].filter(([, resource]) => resource.Type === type));
  }

  /** The names and values of the SSM parameters that it writes. */
  settings(): Record<string, Value | undefined> {
    const parameters = [...this.ofType('AWS::SSM::Parameter').values()].map((one) => block(one.Properties));
    return Object.fromEntries(parameters.map((one) => [String(one.Name), one.Value]));
  }

  private existing(declared: Block): Map<string, Block> {
    return new Map(
      Object.entries(declared)
        .map(([id, one]): [string, Block] => [id, block(one)])
        .filter(([, one]) => one.Condition === undefined || this.holds(one.Condition))
        .map(([id, one]) => [id, this.evaluated(one)]),
    );
  }

  private evaluated(value: Block): Block {
    const result = this.evaluate(value);
    if (result === NOTHING) throw new Error('nothing is left');
    return block(result);
  }

  private holds(name: Value): boolean {
    const condition = this.conditions[String(name)];
    if (condition === undefined) throw new Error(`no condition ${String(name)}`);
    return this.test(condition);
  }

  private test(value: Value, subnets: Subnets = {}): boolean {
    const [[operator, operand] = ['', null]] = Object.entries(block(value));
    const operands = valuesOfList(operand);
    if (operator === 'Condition') return this.holds(operand);
    if (operator === 'Fn::Not') return !operands.some((one) => this.test(one, subnets));
    if (operator === 'Fn::Or') return operands.some((one) => this.test(one, subnets));
    if (operator === 'Fn::And') return operands.every((one) => this.test(one, subnets));
    if (operator === 'Fn::Equals') {
      const [left, right] = operands.map((one) => this.evaluate(one));
      return left === right;
    }
    if (operator === 'Fn::Contains') {
      const [members, wanted] = operands.map((one) => this.evaluate(one));
      return Array.isArray(members) && members.some((one) => one === wanted);
    }
    if (operator === 'Fn::EachMemberEquals') {
      const [members, wanted] = [this.attributes(operands[0], subnets), this.evaluate(operands[1] ?? null)];
      return members.every((one) => one === wanted);
    }
    throw new Error(`no condition: ${JSON.stringify(value)}`);
  }

  private evaluate(value: Value): Value | typeof NOTHING {
    if (Array.isArray(value)) return value.map((one) => this.evaluate(one)).filter((one) => one !== NOTHING);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (first && entries.length === 1) {
      const [operator, operand] = first;
      if (operator === 'Ref') return operand === 'AWS::NoValue' ? NOTHING : this.reference(String(operand));
      if (operator === 'Fn::GetAtt') return this.attribute(valuesOfList(operand).join('.'));
      if (operator === 'Fn::Sub') return this.substitute(String(operand));
      if (operator === 'Fn::Join') return this.join(valuesOfList(operand));
      if (operator === 'Fn::Select') return this.select(valuesOfList(operand));
      if (operator === 'Fn::GetAZs') return ['a', 'b', 'c'].map((zone) => `${PSEUDO['AWS::Region']}${zone}`);
      if (operator === 'Fn::If') {
        const [condition = '', yes = null, no = null] = valuesOfList(operand);
        return this.evaluate(this.holds(condition) ? yes : no);
      }
      if (operator.startsWith('Fn::')) throw new Error(`unknown function ${operator}`);
    }
    const kept: Block = {};
    for (const [key, item] of entries) {
      const result = this.evaluate(item);
      if (result !== NOTHING) kept[key] = result;
    }
    return kept;
  }

  private join(operands: Value[]): string {
    const [separator = '', parts = []] = operands;
    const given = Array.isArray(parts) ? parts : this.evaluate(parts);
    return (Array.isArray(given) ? given : [given]).map((part) => this.text(part)).join(String(separator));
  }

  private text(part: Value | symbol): string {
    return typeof part === 'symbol' ? '' : String(this.evaluate(part));
  }

  private select(operands: Value[]): Value {
    const [index = 0, items = []] = operands;
    const given = this.evaluate(items);
    const found = Array.isArray(given) ? given[Number(index)] : undefined;
    if (found === undefined) throw new Error(`Fn::Select cannot select nonexistent value at index ${String(index)}`);
    return found;
  }

  /** `Fn::ValueOf: [Parameter, VpcId]` of a list of subnets: the VPC of each. */
  private attributes(value: Value | undefined, subnets: Subnets): (string | undefined)[] {
    const [name = '', attribute] = valuesOfList(block(value)['Fn::ValueOf']);
    if (attribute !== 'VpcId') throw new Error(`unknown attribute ${String(attribute)}`);
    return valuesOfList(this.reference(String(name))).map((subnet) => subnets[String(subnet)]);
  }

  private substitute(text: string): string {
    return text.replace(/\$\{([A-Za-z0-9:.]+)\}/g, (_, name: string) =>
      name.includes('.') ? this.attribute(name) : String(this.reference(name)),
    );
  }

  /** The value of a parameter or a pseudo parameter, or `<LogicalName>` for a resource. */
  private reference(name: string): Value {
    const value = this.parameters.get(name) ?? PSEUDO[name];
    if (value !== undefined) return value;
    if (this.declared[name] === undefined) throw new Error(`nothing is named ${name}`);
    return `<${name}>`;
  }

  /** `<LogicalName.Attribute>`, or the value itself for an SSM parameter. */
  private attribute(path: string): string {
    const [id = ''] = path.split('.');
    if (this.declared[id] === undefined) throw new Error(`nothing is named ${id}`);
    return `<${path}>`;
  }
}
