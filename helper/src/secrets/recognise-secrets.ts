import { inAddresses } from './addresses.ts';
import { inAssignments } from './assignments.ts';
import { inCommand, wordsOf } from './command-lines.ts';
import { type Found, valuesOf } from './found-secret.ts';
import { isEveryday, isInnocent, looksOpaque } from './harmless-values.ts';
import { visible } from './invisible-characters.ts';
import { awsSecretsIn, hasAwsId, tokensIn } from './tokens.ts';
import { isNamedSecret, isSecretName, isShortPassword, type Surroundings } from './variable-names.ts';

/** A longer text is no parameter that anybody meant; of such a one the beginning is looked at. Characters. */
const MOST = 262_144;

/**
 * The same of a text in which characters stand that do not show: who reads it does not see them. Where it stands in the text
 * as it is matters to nobody.
 */
function alsoVisible(text: string, look: (text: string) => Found[]): Found[] {
  const shown = visible(text);
  const found = look(text);
  return shown === text ? found : [...found, ...look(shown).map((one) => ({ ...one, start: 0, end: text.length }))];
}

/** The secrets in a text, by their shape alone; what is no secret wherever it stands is left out. */
export const recognise = (text: string): Found[] => alsoVisible(text, byShape);

function byShape(text: string): Found[] {
  const head = text.slice(0, MOST);
  const found = [
    ...inAddresses(head),
    ...tokensIn(head),
    ...inAssignments(head),
    ...Array.from(inCommand(wordsOf(head)), (one) => one.found),
    ...inQuotedText(head),
  ];
  return hasAwsId(head) ? [...found, ...awsSecretsIn(head)] : found;
}

/** JSON within JSON or within a shell's quotes; where it stands there matters to nobody. */
function inQuotedText(text: string): Found[] {
  if (!text.includes('\\"')) return [];
  const plain = text.replace(/\\+"/g, '"');
  return Array.from(inAssignments(plain), (one) => ({ ...one, start: 0, end: text.length }));
}

/** The secrets in each of a command's words: also `--password`, `PW`, and `--build-arg=NAME=VALUE`. */
export function recogniseWords(words: readonly string[]): Found[][] {
  const found = words.map((word, at) => [
    ...recognise(word),
    ...alsoVisible(word, inWord),
    ...alsoVisible(word, (one) => afterFlag(words[at - 1], one)),
  ]);
  if (words.length > 1) {
    for (const { at, found: one } of inCommand(words.map((text) => ({ text, start: 0 })))) found[at]?.push(one);
    if (words.some(hasAwsId)) for (const [at, word] of words.entries()) found[at]?.push(...awsSecretsIn(word));
  }
  return found;
}

function afterFlag(before: string | undefined, word: string): Found[] {
  const flag = /^--?([\w.-]{1,80})$/.exec(before ?? '')?.[1];
  return flag === undefined || word.startsWith('-') ? [] : inFlag(flag, word);
}

/** Of `NAME=VALUE`, `--NAME=VALUE`, `--build-arg=NAME=VALUE` as a word of its own the whole value. */
const inWord = (word: string): Found[] => inPart(word, 3);

function inPart(word: string, depth: number): Found[] {
  const [, name, value] = /^(?:--?|\/p:)?([\w.:-]{1,80})=(.*)$/s.exec(word) ?? [];
  if (name === undefined || value === undefined || depth === 0) return [];
  const before = word.length - value.length;
  return [...inFlag(name, value), ...inPart(value, depth - 1)].map((one) => ({
    ...one,
    start: one.start + before,
    end: one.end + before,
  }));
}

const NOWHERE: Surroundings = { names: [], exists: () => false };

/**
 * The whole value of a flag or variable that is named like a secret. Many flags are for what belongs to one
 * (`--password-stdin`, `--cache-key`), and `--secret` is mostly followed by a name: only of a variable in capitals every name
 * is believed.
 */
function inFlag(name: string, value: string): Found[] {
  if (/^(?:id|src|name|env|type)=/.test(value)) return [];
  const sure = /^[A-Z0-9_]+$/.test(name) || /(?:pass(?:word|wd|phrase)?|token|psw|pwd)$/i.test(name);
  return sure || (/secret$/i.test(name) && looksOpaque(value)) ? byName(name, value, NOWHERE) : [];
}

/** The secrets in a variable's value: by its name all of it, and those in it by their shape. */
export function recognisePair(name: string, value: string, surroundings: Surroundings): Found[] {
  const named = alsoVisible(value, (one) => byName(visible(name), one, surroundings));
  return [...named, ...recognise(value), ...alsoVisible(value, inWord)];
}

function byName(name: string, value: string, surroundings: Surroundings): Found[] {
  if (isInnocent(value)) return [];
  const whole = { kind: 'a password' as const, start: 0, end: value.length };
  const text = value.trim();
  if (isShortPassword(name, value)) return [{ ...whole, hide: [text] }];
  if (!isNamedSecret(name, value, surroundings)) return [];
  return [{ ...whole, hide: isEveryday(text) ? [`${name}=${text}`] : [text, ...secretsWithin(value)] }];
}

/** The values of variables that are named like secrets, or have one in them: what withCredentials binds, and AWS' keys. */
export function secretsIn(
  env: Readonly<Record<string, string | undefined>>,
  surroundings: Surroundings = NOWHERE,
): string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    const text = value.trim();
    // A variable's value is what it is: nothing comes into the place of `$x` in it.
    const named = isNamedSecret(name, text, surroundings) ? [text, ...secretsWithin(text)] : [];
    return [...new Set([...named, ...valuesOf(recognise(text))])];
  });
}

/** The password of `user:password`, and .netrc's: only in what is a secret already. */
const PASSWORDS = [/^[\w.@-]+:([^\s/]\S{3,})$/g, /\bpassword\s+(\S{4,})/g];
/** `_authToken=npm_x`, `password: "x"`. */
const ASSIGNED = /([\w.-]{1,128})["']?\s{0,8}[=:]\s{0,8}["']?([^\s"',;]{6,})/g;

/** The secrets in a text that is one, and has more than one value: JSON, settings, addresses with passwords. */
export function secretsWithin(text: string): string[] {
  const plain = PASSWORDS.flatMap((pattern) => [...text.matchAll(pattern)].map(([, value = '']) => value));
  const shaped = valuesOf(recognise(text));
  if (/^\s*[{[]/.test(text)) {
    try {
      return [...new Set([...plain, ...shaped, ...named(JSON.parse(text))])];
    } catch {
      // Other texts begin so, too.
    }
  }
  const assigned = [...text.matchAll(ASSIGNED)].flatMap(([, name = '', value = '']) =>
    isSecretName(name) ? [value] : [],
  );
  return [...new Set([...plain, ...shaped, ...assigned])];
}

function named(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' ? (isSecretName(name) ? [inner] : []) : named(inner),
  );
}
