import { secretsInAddresses } from './addresses.ts';
import { secretsInAssignments } from './assignments.ts';
import { secretsInCommand, wordsOf } from './command-lines.ts';
import { type FoundSecret, valuesToHide } from './found-secret.ts';
import { isEverydayWord, isHarmless, looksOpaque } from './harmless-values.ts';
import { visibleText } from './invisible-characters.ts';
import { awsSecretsIn, hasAwsId, tokensIn } from './tokens.ts';
import { type CallFacts, isNamedSecret, isSecretName, isShortPassword, NO_FACTS } from './variable-names.ts';

/** Of a longer text only the beginning is searched: no parameter is so long on purpose. Characters. */
const LONGEST_SEARCHED = 262_144;

/**
 * Searches a text as it is, and without its invisible characters: a reader does not see them. The places of secrets that are found
 * without them are not needed, so they cover the whole text.
 */
function searchVisible(text: string, search: (text: string) => FoundSecret[]): FoundSecret[] {
  const shown = visibleText(text);
  const found = search(text);
  return shown === text ? found : [...found, ...search(shown).map((one) => ({ ...one, start: 0, end: text.length }))];
}

/** The secrets in a text that their shape alone shows. Texts that are never a secret are left out: see harmless-values.ts. */
export const recognise = (text: string): FoundSecret[] => searchVisible(text, byShape);

function byShape(text: string): FoundSecret[] {
  const head = text.slice(0, LONGEST_SEARCHED);
  const found = [
    ...secretsInAddresses(head),
    ...tokensIn(head),
    ...secretsInAssignments(head),
    ...Array.from(secretsInCommand(wordsOf(head)), (one) => one.found),
    ...inQuotedText(head),
  ];
  return hasAwsId(head) ? [...found, ...awsSecretsIn(head)] : found;
}

/** The secrets in JSON that stands within JSON or within a shell's quotes. Their places are not needed. */
function inQuotedText(text: string): FoundSecret[] {
  if (!text.includes('\\"')) return [];
  const unquoted = text.replace(/\\+"/g, '"');
  return Array.from(secretsInAssignments(unquoted), (one) => ({ ...one, start: 0, end: text.length }));
}

/** The secrets in each word of a command: also in a word behind `--password`, and in `--build-arg=NAME=VALUE`. */
export function recogniseWords(words: readonly string[]): FoundSecret[][] {
  const found = words.map((word, at) => [
    ...recognise(word),
    ...searchVisible(word, inWord),
    ...searchVisible(word, (one) => afterFlag(words[at - 1], one)),
  ]);
  if (words.length > 1) {
    for (const { at, found: one } of secretsInCommand(words.map((text) => ({ text, start: 0 })))) found[at]?.push(one);
    if (words.some(hasAwsId)) for (const [at, word] of words.entries()) found[at]?.push(...awsSecretsIn(word));
  }
  return found;
}

function afterFlag(before: string | undefined, word: string): FoundSecret[] {
  const flag = /^--?([\w.-]{1,80})$/.exec(before ?? '')?.[1];
  return flag === undefined || word.startsWith('-') ? [] : inFlag(flag, word);
}

/** The whole value of a word like `NAME=VALUE`, `--NAME=VALUE`, `--build-arg=NAME=VALUE`, where the name says that it is secret. */
const inWord = (word: string): FoundSecret[] => inNestedAssignment(word, 3);

function inNestedAssignment(word: string, depth: number): FoundSecret[] {
  const [, name, value] = /^(?:--?|\/p:)?([\w.:-]{1,80})=(.*)$/s.exec(word) ?? [];
  if (name === undefined || value === undefined || depth === 0) return [];
  const before = word.length - value.length;
  return [...inFlag(name, value), ...inNestedAssignment(value, depth - 1)].map((one) => ({
    ...one,
    start: one.start + before,
    end: one.end + before,
  }));
}

/**
 * The whole value of a flag or variable that is named like a secret. The names of flags are not trusted as much as those of
 * variables in capitals: `--password-stdin` and `--cache-key` take no secret, and `--secret` mostly takes a name.
 */
function inFlag(name: string, value: string): FoundSecret[] {
  if (/^(?:id|src|name|env|type)=/.test(value)) return [];
  const isCertain = /^[A-Z0-9_]+$/.test(name) || /(?:pass(?:word|wd|phrase)?|token|psw|pwd)$/i.test(name);
  return isCertain || (/secret$/i.test(name) && looksOpaque(value)) ? byName(name, value, NO_FACTS) : [];
}

/** The secrets in a variable's value: all of it where its name says so, and those that their shape shows. */
export function recognisePair(name: string, value: string, facts: CallFacts): FoundSecret[] {
  const named = searchVisible(value, (one) => byName(visibleText(name), one, facts));
  return [...named, ...recognise(value), ...searchVisible(value, inWord)];
}

function byName(name: string, value: string, facts: CallFacts): FoundSecret[] {
  if (isHarmless(value)) return [];
  const whole = { kind: 'password' as const, start: 0, end: value.length };
  const text = value.trim();
  if (isShortPassword(name, value)) return [{ ...whole, hide: [text] }];
  if (!isNamedSecret(name, value, facts)) return [];
  return [{ ...whole, hide: isEverydayWord(text) ? [`${name}=${text}`] : [text, ...secretsInsideSecret(value)] }];
}

/** The secrets in environment variables: what withCredentials binds, and the keys of AWS. */
export function secretsInEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  facts: CallFacts = NO_FACTS,
): string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    const text = value.trim();
    // A `$x` in a variable's value is not a reference: nothing replaces it.
    const named = isNamedSecret(name, text, facts) ? [text, ...secretsInsideSecret(text)] : [];
    return [...new Set([...named, ...valuesToHide(recognise(text))])];
  });
}

/** The passwords of `user:password` and of .netrc. Such patterns are only used on a text that is a secret as a whole. */
const PASSWORDS = [/^[\w.@-]+:([^\s/]\S{3,})$/g, /\bpassword\s+(\S{4,})/g];
/** `_authToken=npm_x`, `password: "x"`. */
const ASSIGNED = /([\w.-]{1,128})["']?\s{0,8}[=:]\s{0,8}["']?([^\s"',;]{6,})/g;

/** The single secrets in a text that is secret as a whole: JSON, settings, addresses with passwords. */
export function secretsInsideSecret(text: string): string[] {
  const passwords = PASSWORDS.flatMap((pattern) => [...text.matchAll(pattern)].map(([, value = '']) => value));
  const shaped = valuesToHide(recognise(text));
  if (/^\s*[{[]/.test(text)) {
    try {
      return [...new Set([...passwords, ...shaped, ...valuesNamedSecret(JSON.parse(text))])];
    } catch {
      // The text only begins like JSON.
    }
  }
  const assigned = [...text.matchAll(ASSIGNED)].flatMap(([, name = '', value = '']) =>
    isSecretName(name) ? [value] : [],
  );
  return [...new Set([...passwords, ...shaped, ...assigned])];
}

/** The texts in JSON whose key is named like a secret. */
function valuesNamedSecret(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' ? (isSecretName(name) ? [inner] : []) : valuesNamedSecret(inner),
  );
}
