import { TREES } from './random.mjs';
import { TREE } from './written.mjs';

// A line of buildkit.jsonl has the name of a written case, the tree's number, the ignore file, and the result: either a bit for
// each path of the tree (1: it is sent), in hexadecimal digits, or an error.

/** The paths of a tree; -1 is that of the written cases.
 * @param {number} tree @returns {readonly string[]}
 */
export const treeOf = (tree) => (tree < 0 ? TREE : (TREES[tree] ?? []));

/** All that can be sent of a tree, folders with a slash at the end, in order.
 * @param {number} tree
 */
export function namesOf(tree) {
  const names = new Set(treeOf(tree));
  for (const path of treeOf(tree))
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) names.add(path.slice(0, at + 1));
  return [...names].sort();
}

/** @param {{ name: string, tree: number, ignore: string, sent: string[] | null, error: string }} row */
export function format({ name, tree, ignore, sent, error }) {
  const names = namesOf(tree);
  const stray = sent?.find((path) => !names.includes(path));
  if (stray !== undefined) throw new Error(`${JSON.stringify(stray)} is not in the tree`);
  const bits = names.map((path) => (sent?.includes(path) ? '1' : '0')).join('');
  const digits = (bits.match(/.{1,4}/g) ?? []).map((four) => Number.parseInt(four.padEnd(4, '0'), 2).toString(16));
  const result = error === '' ? digits.join('') : `error: ${error.split(': ').at(-1)}`;
  // Characters that an editor does not show, or shows elsewhere, are escaped.
  return JSON.stringify([name, tree, ignore, result]).replace(
    /[\x7f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** @param {string} line @returns {{ name: string, tree: number, ignore: string, sent: string[] | undefined }} */
export function parse(line) {
  const [name, tree, ignore, result] = JSON.parse(line);
  if (result.startsWith('error: ')) return { name, tree, ignore, sent: undefined };
  const bits = [...result].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
  return { name, tree, ignore, sent: namesOf(tree).filter((_, at) => bits[at] === '1') };
}
