/** An element of an EC2 answer: its text where it has no elements inside, else those, in order. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const TOKEN = /<(\/?)([A-Za-z][\w.:-]*)[^<>]*?(\/?)>|<[?!][^>]*>|([^<]+)/g;

/**
 * Reads the XML that EC2's Query API answers: elements and text, no mixed content; attributes are passed over.
 * What is not well-formed is read as far as it goes.
 */
export function parseXml(xml: string): Element {
  interface Open {
    name: string;
    text: string;
    children: Element[];
  }
  const root: Open = { name: '', text: '', children: [] };
  const open: Open[] = [root];
  for (const [, closing, name, empty, text] of xml.matchAll(TOKEN)) {
    const current = open.at(-1) ?? root;
    if (text !== undefined) current.text += decode(text);
    else if (closing) {
      if (open.length > 1) open.pop();
    } else if (name !== undefined) {
      const element: Open = { name, text: '', children: [] };
      current.children.push(element);
      if (!empty) open.push(element);
    }
  }
  return root;
}

const decode = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    return ENTITIES[name ?? ''] ?? whole;
  });

/** The first element of this name below another, at any depth given by the path; undefined where there is none. */
export function find(element: Element | undefined, ...path: readonly string[]): Element | undefined {
  return path.reduce<Element | undefined>((at, name) => at?.children.find((one) => one.name === name), element);
}

/** The text at a path; empty where there is none. */
export const textAt = (element: Element, ...path: readonly string[]): string => find(element, ...path)?.text ?? '';

/** The entries of a list: EC2 calls each `item`. */
export const items = (element: Element | undefined, ...path: readonly string[]): readonly Element[] =>
  (find(element, ...path)?.children ?? []).filter(({ name }) => name === 'item');
