/** The licences that may be in a bundle under Apache-2.0. All are permissive and ask for no more than their text. */
const ALLOWED = new Set(['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

/**
 * Whether a licence is on the list. For `A OR B` one must be, for `A AND B` both.
 * @param {unknown} expression an SPDX expression, as package.json has it
 */
export function isAllowed(expression) {
  if (typeof expression !== 'string' || expression.trim() === '') return false;
  return expression
    .replace(/[()]/g, '')
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((one) => ALLOWED.has(one.trim())));
}

/**
 * What is wrong with the licences of a bundle's packages, a sentence for each.
 * @param {readonly import('./packages.mjs').BundledPackage[]} packages
 */
export const licenceComplaints = (packages) =>
  packages
    .filter(({ license }) => !isAllowed(license))
    .map(
      ({ name, version, license }) =>
        `${name} ${version} is under ${license || 'no licence that it names'}: not one of ${[...ALLOWED].join(', ')}`,
    );

/**
 * The licences of a bundle's packages as one text. A text that several packages share stands once.
 * @param {string} name of the bundle's file
 * @param {readonly import('./packages.mjs').BundledPackage[]} packages
 */
export function licenceTexts(name, packages) {
  /** @type {Map<string, string[]>} */
  const byText = new Map();
  for (const { name: one, version, license, text: own } of packages) {
    const text = own || `${license} (no text in the package)`;
    byText.set(text, [...(byText.get(text) ?? []), `${one} ${version} (${license})`]);
  }
  const line = '-'.repeat(80);
  return `What ${name} contains, and under which licence.\n\n${[...byText]
    .map(([text, names]) => `${line}\n${[...new Set(names)].join('\n')}\n${line}\n\n${text}\n`)
    .join('\n')}`;
}
