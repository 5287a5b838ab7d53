import { isScalar, isSeq, type Node, parseDocument } from 'yaml';

/** A parameter's value, by its name; undefined where it is not known yet. */
export type ParameterLookup = (parameter: string) => string | undefined;

const nodeOf = (value: unknown): Node | undefined => (isScalar(value) || isSeq(value) ? value : undefined);

/**
 * The conditions of a template that hold with these values, as far as its own functions (Equals, Not, And, Or, Join)
 * tell; what hangs on a value that nobody knows yet does not hold.
 */
export function conditionsThatHold(body: string, known: ParameterLookup): ReadonlySet<string> {
  const document = parseDocument(body, { logLevel: 'silent' });
  const holds = (name: string): boolean | undefined => test(nodeOf(document.getIn(['Conditions', name], true)));

  const test = (node: Node | undefined): boolean | undefined => {
    if (isScalar(node)) return node.tag === '!Condition' ? holds(String(node.value)) : undefined;
    if (!isSeq(node)) return undefined;
    const parts = node.items.map(nodeOf);
    switch (node.tag) {
      case '!Equals': {
        const [one, other] = parts.map(text);
        return one === undefined || other === undefined ? undefined : one === other;
      }
      case '!Not': {
        const inner = test(parts[0]);
        return inner === undefined ? undefined : !inner;
      }
      case '!And':
        return parts.every((part) => test(part) === true);
      case '!Or':
        return parts.some((part) => test(part) === true);
      default:
        return undefined;
    }
  };

  const text = (node: Node | undefined): string | undefined => {
    if (isScalar(node)) return node.tag === '!Ref' ? known(String(node.value)) : String(node.value ?? '');
    // Of a list of texts, as a parameter has it: commas stand between them already.
    return isSeq(node) && node.tag === '!Join' ? text(nodeOf(node.items[1])) : undefined;
  };

  const names = Object.keys(Object(document.toJS().Conditions ?? {}));
  return new Set(names.filter((name) => holds(name) === true));
}
