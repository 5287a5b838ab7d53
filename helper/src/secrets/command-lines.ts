import type { FoundSecret } from './found-secret.ts';
import { isEverydayWord, isHarmless } from './harmless-values.ts';

/** A word of a command and where it begins in its text. */
interface Word {
  text: string;
  start: number;
}

/** Flags whose value is a password in these programs. Their names alone do not say so. */
const PROGRAMS: readonly { name: RegExp; flag: RegExp; login?: true }[] = [
  { name: /^(?:curl|wget|https?|httpie)$/, flag: /^(?:--user|--proxy-user)(?:=(.+))?$|^-[uU](.*)$/, login: true },
  { name: /^(?:mysql\w*|mariadb\w*)$/, flag: /^-p(.+)$/ },
  { name: /^sshpass$/, flag: /^-p(.*)$/ },
  { name: /^(?:login|redis-cli|ldapsearch|ldapmodify)$/, flag: /^-[paw]$/ },
  { name: /^(?:zip|7z|unzip)$/, flag: /^-P(.*)$/ },
  { name: /^openssl$/, flag: /^(?:pass:(.+)|-(?:passin|passout))$/ },
];
const ANY_PROGRAM = /curl|wget|http|mysql|mariadb|sshpass|login|redis-cli|ldap|zip|7z|openssl/;
/** Flags are looked for up to this far behind the program's name. Words. */
const REACH = 60;

/** The words of a shell's command line. A quoted text is cut at white space, too, since it may be a command itself. */
export const wordsOf = (text: string): Word[] =>
  !ANY_PROGRAM.test(text)
    ? []
    : Array.from(text.matchAll(/[^\s"'`;|&()]+/g), (match) => ({ text: match[0], start: match.index }));

/**
 * Passwords after the flags of well-known programs: `curl -u USER:PW`, `mysql -pPW`, `sshpass -p PW`.
 * @returns each secret, with the index of its word
 */
export function* secretsInCommand(words: readonly Word[]): Generator<{ at: number; found: FoundSecret }> {
  if (!words.some(({ text }) => ANY_PROGRAM.test(text))) return;
  for (const { name, flag, login } of PROGRAMS) {
    let since = Number.NEGATIVE_INFINITY;
    for (const [at, { text }] of words.entries()) {
      if (name.test(/[\w.-]*$/.exec(text)?.[0] ?? '')) since = at;
      const match = at > since && at - since <= REACH ? flag.exec(text) : null;
      if (match === null) continue;
      const joined = match[1] || match[2] || '';
      const isJoined = joined !== '';
      const [value, place] = isJoined ? [joined, at] : [words[at + 1]?.text ?? '', at + 1];
      const colon = login ? value.indexOf(':') : -1;
      const secret = value.slice(colon + 1).replace(/^pass:/, '');
      if (
        (login && colon < 0) ||
        isHarmless(secret) ||
        (!isJoined && /^-/.test(secret)) ||
        /^(?:env|file|fd|stdin)\b/.test(secret)
      )
        continue;
      const word = words[place];
      if (word === undefined) continue;
      const start = word.start + word.text.length - secret.length;
      const kind = 'password';
      const hide = isEverydayWord(secret, value.slice(0, Math.max(0, colon))) ? [] : [secret];
      yield { at: place, found: { kind, start, end: start + secret.length, hide } };
    }
  }
}
