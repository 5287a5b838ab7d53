import { readFileSync } from 'node:fs';
import {
  type CollectionTag,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type ScalarTag,
  visit,
} from 'yaml';

/** The data of a template. Functions have their long form (`{"Fn::Sub": ...}`), as CloudFormation reads them. */
export type Value = string | number | boolean | null | Value[] | Block;
export interface Block {
  [key: string]: Value;
}

const name = (tag: string): string => (tag === 'Ref' || tag === 'Condition' ? tag : `Fn::${tag}`);

const tags: (ScalarTag | CollectionTag)[] = ['Ref', 'Sub', 'GetAtt', 'GetAZs', 'Condition'].map((tag) => ({
  tag: `!${tag}`,
  resolve: (text: string) => ({ [name(tag)]: tag === 'GetAtt' ? text.split('.') : text }),
}));
for (const tag of ['If', 'Not', 'Equals', 'Or', 'And', 'Join', 'Select']) {
  tags.push({ tag: `!${tag}`, collection: 'seq', identify: () => false });
}

/** Rewrites `!If [...]` to `Fn::If: [...]`. Only the document keeps the tag of a list. */
function plain(node: unknown): Value {
  if (isMap(node)) {
    return Object.fromEntries(node.items.filter(isPair).map((pair) => [String(plain(pair.key)), plain(pair.value)]));
  }
  if (isSeq(node)) {
    const items = node.items.map(plain);
    return node.tag?.startsWith('!') ? { [name(node.tag.slice(1))]: items } : items;
  }
  if (isScalar(node)) return data(node.value);
  if (node === null) return null;
  throw new Error(`not plain YAML: ${String(node)}`);
}

function data(value: unknown): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (Array.isArray(value)) return value.map(data);
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, data(item)]));
  }
  throw new Error(`not plain data: ${String(value)}`);
}

/** A template as data, and the Sids of its policy statements: those with a comment above them, and the others. */
export interface Template {
  readonly root: Block;
  readonly explained: readonly string[];
  readonly unexplained: readonly string[];
}

/** Reads the template in a file, see {@link parseTemplate}. */
export const readTemplate = (path: string): Template => parseTemplate(readFileSync(path, 'utf8'), path);

/**
 * Reads a CloudFormation template.
 * @throws Error if it is no YAML, or uses a tag or an alias that CloudFormation or this reader does not know
 */
export function parseTemplate(text: string, origin = 'template'): Template {
  const document = parseDocument(text, { customTags: tags, version: '1.2' });
  const complaints = [...document.errors, ...document.warnings];
  if (complaints.length > 0) throw new Error(`${origin}: ${complaints.map(String).join('; ')}`);
  const explained: string[] = [];
  const unexplained: string[] = [];
  visit(document, {
    Seq: (_, list) => {
      if (list.tag === '!If') return;
      // The YAML parser gives the comment above the first item of a list to the list.
      for (const [index, item] of list.items.entries()) {
        const sid = statementSid(item);
        if (sid) (isCommented(item, index === 0 ? list : undefined) ? explained : unexplained).push(sid);
      }
    },
  });
  return { root: block(plain(document.contents)), explained, unexplained };
}

/** The Sid of a statement, even if the statement is in `!If [condition, statement, nothing]`. */
function statementSid(item: unknown): string | undefined {
  if (isMap(item)) return item.has('Sid') ? String(item.get('Sid')) : undefined;
  return isSeq(item) && item.tag === '!If' ? statementSid(item.items[1]) : undefined;
}

const isCommented = (item: unknown, list: Node | undefined): boolean =>
  [item, list].some((node) => (isMap(node) || isSeq(node)) && Boolean(node.commentBefore?.trim()));

/** @throws Error if it is no mapping */
export function block(value: Value | undefined): Block {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Error(`not a mapping: ${JSON.stringify(value)}`);
}

/** Makes a list as IAM reads Action and Resource: of one value a list of one, of nothing an empty list. */
export const valuesOfList = (value: Value | undefined): Value[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** The value at a path of keys and indexes. */
export function at(value: Value | undefined, ...path: (string | number)[]): Value | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  return at(Array.isArray(value) ? value[Number(key)] : value[key], ...rest);
}
