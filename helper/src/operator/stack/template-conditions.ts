import { isScalar, isSeq, type Node, parseDocument } from 'yaml';

/** Looks up a parameter's value by its name; undefined where it is not known yet. */
type ParameterLookup = (parameter: string) => string | undefined;

const nodeOf = (value: unknown): Node | undefined => (isScalar(value) || isSeq(value) ? value : undefined);

/**
 * Evaluates the conditions of a template, as far as the functions that our templates use (Equals, Not, And, Or, Join). A
 * condition that depends on an unknown value does not hold.
 * @returns names of the conditions that hold
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
    // A list parameter has its entries as one text with commas already, so that a Join leaves it as it is.
    return isSeq(node) && node.tag === '!Join' ? text(nodeOf(node.items[1])) : undefined;
  };

  const names = Object.keys(Object(document.toJS().Conditions ?? {}));
  return new Set(names.filter((name) => holds(name) === true));
}
