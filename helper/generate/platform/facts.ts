import { parseDocument } from 'yaml';
import type { TemplateTexts } from '../../src/operator/operator-world.ts';
import { isRecord } from '../../src/text/is-record.ts';

export type Stack = keyof TemplateTexts;
/** A resource of a stack's template. */
export type Place = readonly [stack: Stack, id: string];

const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Reads facts from the templates, so that the picture cannot differ from them. Each method throws if a fact is missing. */
export class Facts {
  private readonly documents: ReadonlyMap<string, Record<string, unknown>>;

  /** @param templates their texts. `!Ref X` is read as X, `!GetAtt X.Y` as X.Y */
  constructor(templates: TemplateTexts) {
    this.documents = new Map(
      Object.entries(templates).map(([stack, text]) => [
        stack,
        record(parseDocument(text, { logLevel: 'silent' }).toJS()),
      ]),
    );
  }

  /** The default of a parameter. */
  parameter(stack: Stack, name: string): string {
    const value = record(record(this.documents.get(stack)?.Parameters)[name]).Default;
    if (value === undefined) throw new TypeError(`${stack}.yaml has no default for a parameter ${name}`);
    return String(value);
  }

  /** The properties of a resource. @param type what it must be, if that matters */
  resource([stack, id]: Place, type?: string): Record<string, unknown> {
    const found = record(record(this.documents.get(stack)?.Resources)[id]);
    if (found.Type === undefined) throw new TypeError(`${stack}.yaml has no resource ${id}`);
    if (type !== undefined && found.Type !== type) throw new TypeError(`${stack}.yaml: ${id} is no ${type}`);
    return record(found.Properties);
  }

  /** The port that a security group opens to another group or to a range of addresses. */
  port([stack, group]: Place, from: string): string {
    const rules = list(this.resource([stack, group], 'AWS::EC2::SecurityGroup').SecurityGroupIngress).map(record);
    const rule = rules.find((one) => [one.SourceSecurityGroupId, one.CidrIp].some((peer) => peer === from));
    if (rule === undefined) throw new TypeError(`${stack}.yaml: ${group} lets no ${from} in`);
    const port = String(rule.FromPort);
    return /^\d+$/.test(port) ? port : this.parameter(stack, port);
  }

  /** Throws if a role or a policy does not allow an action. */
  allows(place: Place, action: string): void {
    if (!JSON.stringify(this.resource(place)).includes(`"${action}"`))
      throw new TypeError(`${place.join('.yaml: ')} does not name ${action}`);
  }
}
