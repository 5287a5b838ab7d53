import type { FoundSecret } from './found-secret.ts';
import { isEverydayWord, isHarmless, isReference } from './harmless-values.ts';
import { isToken } from './tokens.ts';

/** Only the beginning of an address is looked at: it has the user and the password. Characters. */
const LONGEST_BEGINNING = 2_048;

/** Passwords and tokens in addresses of any scheme, `https://user:PW@host`, and in `jdbc:oracle:thin:user/PW@host`. */
export function* secretsInAddresses(text: string): Generator<FoundSecret> {
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    if (/[a-z0-9]/i.test(text.charAt(at - 1))) yield* secretsOfUser(text, at + 3);
  }
  for (const match of text.matchAll(/jdbc:oracle:\w{1,10}:[^\s/@]{1,64}\/([^\s@"']{1,128})@/g)) {
    const [whole, password = ''] = match;
    if (!isHarmless(password)) yield found(text, match.index + whole.length - 1 - password.length, password, '');
  }
}

/** Passwords and tokens in a name without a scheme: an image, a registry's host. A digest behind the `@` is no host. */
export function* secretsInName(name: string): Generator<FoundSecret> {
  if (name.includes('://') || /@[\w+.-]+:[0-9a-f]{32,}$/.test(name) || !/@[\w-]+(?:[.:/]|$)/.test(name)) return;
  yield* secretsOfUser(name, 0);
}

function* secretsOfUser(text: string, start: number): Generator<FoundSecret> {
  const run = /^[^\s"`<>]*/.exec(text.slice(start, start + LONGEST_BEGINNING))?.[0] ?? '';
  const path = run.search(/[/?#]/);
  const authority = path < 0 ? run : run.slice(0, path);
  const at = authority.includes('@') ? authority.lastIndexOf('@') : atSignAfterPath(run, authority);
  if (at < 0) return;
  const colon = run.slice(0, at).indexOf(':');
  const user = run.slice(0, colon < 0 ? at : colon);
  const password = colon < 0 ? '' : run.slice(colon + 1, at);
  // `https://TOKEN@github.com`, also with an empty password or `x-oauth-basic`, which GitHub takes for none.
  if (isToken(user) || (/^(?:x-oauth-basic)?$/.test(password) && looksLikeToken(user))) {
    yield { kind: 'address token', start, end: start + user.length, hide: [user] };
  }
  if (password !== 'x-oauth-basic' && !isHarmless(password)) yield found(text, start + colon + 1, password, user);
}

/** Where the `@` is in `u:p/w@host`, whose password should have been encoded; -1 for `host:8080/@scope`, which has no password. */
function atSignAfterPath(run: string, authority: string): number {
  const [, port] =
    /^[^[:][^:]*:(.*)$/s.exec(authority) ?? (authority.startsWith(':') ? [authority, authority.slice(1)] : []);
  return port === undefined || /^\d*$/.test(port) || isReference(port) ? -1 : run.indexOf('@', authority.length);
}

/** True for a user that is as long as a token, and no name. `git` and `jenkins-bot` are names. */
const looksLikeToken = (user: string): boolean => /^\w{20,}$/.test(user) && /\d/.test(user) && /[a-z]/i.test(user);

function found(text: string, start: number, password: string, user: string): FoundSecret {
  const kind = 'address password';
  const end = start + password.length;
  // `postgres:postgres@db` is hidden with its punctuation only: else every line that names the database is unreadable.
  if (isEverydayWord(password, user)) return { kind, start, end, hide: [text.slice(start - 1, end + 1)] };
  return { kind, start, end, hide: [password, ...decoded(password)] };
}

function decoded(text: string): string[] {
  try {
    const decodedText = decodeURIComponent(text);
    return decodedText === text ? [] : [decodedText];
  } catch {
    return [];
  }
}
