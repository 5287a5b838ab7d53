/** What may be in a bundle that goes out under Apache-2.0: permissive, and of others no more is asked than their text. */
const ALLOWED = new Set(['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

/**
 * True for a licence on the list; of several to choose from one must be, of several that hold together all.
 * @param {unknown} expression SPDX, as package.json has it
 */
export function isAllowed(expression) {
  if (typeof expression !== 'string' || expression.trim() === '') return false;
  return expression
    .replace(/[()]/g, '')
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((one) => ALLOWED.has(one.trim())));
}

/**
 * What is wrong with the licences of a bundle's parts, a sentence each.
 * @param {readonly import('./parts.mjs').Part[]} parts
 */
export const licenceComplaints = (parts) =>
  parts
    .filter(({ license }) => !isAllowed(license))
    .map(
      ({ name, version, license }) =>
        `${name} ${version} is under ${license || 'no licence that it names'}: not one of ${[...ALLOWED].join(', ')}`,
    );

/**
 * The licences of a bundle's parts as one text, each once.
 * @param {string} name of the bundle's file
 * @param {readonly import('./parts.mjs').Part[]} parts
 */
export function licenceTexts(name, parts) {
  /** @type {Map<string, string[]>} */
  const byText = new Map();
  for (const { name: part, version, license, text: own } of parts) {
    const text = own || `${license} (no text in the package)`;
    byText.set(text, [...(byText.get(text) ?? []), `${part} ${version} (${license})`]);
  }
  const line = '-'.repeat(80);
  return `What ${name} contains, and under which licence.\n\n${[...byText]
    .map(([text, names]) => `${line}\n${[...new Set(names)].join('\n')}\n${line}\n\n${text}\n`)
    .join('\n')}`;
}
