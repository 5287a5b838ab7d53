import { type Block, block, list, type Template, type Value } from './template.ts';

/** What AWS would fill in; long values, so that sizes measured on them are no understatement. */
export const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': '111122223333',
  'AWS::Partition': 'aws',
  'AWS::Region': 'ap-southeast-2',
  'AWS::StackName': 'fargate-ci',
  'AWS::URLSuffix': 'amazonaws.com',
};

const NOTHING = Symbol('AWS::NoValue');

/** A template with given parameters: functions evaluated, what its conditions exclude left out. */
export class Deployed {
  readonly resources: ReadonlyMap<string, Block>;
  readonly outputs: Block;
  private readonly parameters: ReadonlyMap<string, Value>;
  private readonly conditions: Block;
  private readonly declared: Block;

  constructor({ root }: Template, given: Readonly<Record<string, string>> = {}) {
    this.conditions = block(root.Conditions ?? {});
    this.declared = block(root.Resources);
    const parameters = new Map<string, Value>();
    for (const [name, declaration] of Object.entries(block(root.Parameters ?? {}))) {
      const value = given[name] ?? block(declaration).Default;
      if (value === undefined) throw new Error(`parameter ${name} is needed`);
      parameters.set(name, value);
    }
    const unknown = Object.keys(given).filter((name) => !parameters.has(name));
    if (unknown.length > 0) throw new Error(`no such parameter: ${unknown.join(', ')}`);
    this.parameters = parameters;
    this.resources = new Map(
      Object.entries(this.declared)
        .map(([id, resource]): [string, Block] => [id, block(resource)])
        .filter(([, resource]) => resource.Condition === undefined || this.holds(resource.Condition))
        .map(([id, resource]) => [id, this.evaluated(resource)]),
    );
    this.outputs = this.evaluated(block(root.Outputs ?? {}));
  }

  /** The properties of one resource. @throws Error where it is not there */
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

  private test(value: Value): boolean {
    const [[operator, operand] = ['', null]] = Object.entries(block(value));
    const operands = list(operand);
    if (operator === 'Condition') return this.holds(operand);
    if (operator === 'Fn::Not') return !operands.some((one) => this.test(one));
    if (operator === 'Fn::Or') return operands.some((one) => this.test(one));
    if (operator === 'Fn::And') return operands.every((one) => this.test(one));
    if (operator === 'Fn::Equals') {
      const [left, right] = operands.map((one) => this.evaluate(one));
      return left === right;
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
      if (operator === 'Fn::GetAtt') return this.attribute(list(operand).join('.'));
      if (operator === 'Fn::Sub') return this.substitute(String(operand));
      if (operator === 'Fn::Join') return this.join(list(operand));
      if (operator === 'Fn::If') {
        const [condition = '', yes = null, no = null] = list(operand);
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
    return list(parts)
      .map((part) => String(this.evaluate(part)))
      .join(String(separator));
  }

  private substitute(text: string): string {
    return text.replace(/\$\{([A-Za-z0-9:.]+)\}/g, (_, name: string) =>
      name.includes('.') ? this.attribute(name) : String(this.reference(name)),
    );
  }

  /** A parameter's value, a pseudo parameter's, or `<LogicalName>` for a resource. */
  private reference(name: string): Value {
    const value = this.parameters.get(name) ?? PSEUDO[name];
    if (value !== undefined) return value;
    if (this.declared[name] === undefined) throw new Error(`nothing is named ${name}`);
    return `<${name}>`;
  }

  /** `<LogicalName.Attribute>`, save an SSM parameter's own value. */
  private attribute(path: string): string {
    const [id = ''] = path.split('.');
    if (this.declared[id] === undefined) throw new Error(`nothing is named ${id}`);
    return `<${path}>`;
  }
}
