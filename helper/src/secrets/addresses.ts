import type { Found } from './found-secret.ts';
import { isEveryday, isInnocent, isReference } from './harmless-values.ts';
import { isToken } from './tokens.ts';

/** So much of an address is looked at: its user's part is at its beginning. Characters. */
const MOST = 2_048;

/** Passwords and tokens in addresses, `https://user:PW@host`, of any scheme; also `jdbc:oracle:thin:user/PW@host`. */
export function* inAddresses(text: string): Generator<Found> {
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    if (/[a-z0-9]/i.test(text.charAt(at - 1))) yield* userPart(text, at + 3);
  }
  for (const match of text.matchAll(/jdbc:oracle:\w{1,10}:[^\s/@]{1,64}\/([^\s@"']{1,128})@/g)) {
    const [whole, password = ''] = match;
    if (!isInnocent(password)) yield found(text, match.index + whole.length - 1 - password.length, password, '');
  }
}

/** The same of a name that has no scheme: an image, a registry's host. A digest after the `@` is none. */
export function* inName(name: string): Generator<Found> {
  if (name.includes('://') || /@[\w+.-]+:[0-9a-f]{32,}$/.test(name) || !/@[\w-]+(?:[.:/]|$)/.test(name)) return;
  yield* userPart(name, 0);
}

function* userPart(text: string, start: number): Generator<Found> {
  const run = /^[^\s"`<>]*/.exec(text.slice(start, start + MOST))?.[0] ?? '';
  const path = run.search(/[/?#]/);
  const authority = path < 0 ? run : run.slice(0, path);
  const at = authority.includes('@') ? authority.lastIndexOf('@') : atBehindPath(run, authority);
  if (at < 0) return;
  const colon = run.slice(0, at).indexOf(':');
  const user = run.slice(0, colon < 0 ? at : colon);
  const password = colon < 0 ? '' : run.slice(colon + 1, at);
  // `https://TOKEN@github.com`, and with what GitHub takes for no password behind it.
  if (isToken(user) || (/^(?:x-oauth-basic)?$/.test(password) && isLong(user))) {
    yield { kind: 'a token in an address', start, end: start + user.length, hide: [user] };
  }
  if (password !== 'x-oauth-basic' && !isInnocent(password)) yield found(text, start + colon + 1, password, user);
}

/** `u:p/w@host`: a password that should have been encoded. `host:8080/@scope` has none. */
function atBehindPath(run: string, authority: string): number {
  const [, port] =
    /^[^[:][^:]*:(.*)$/s.exec(authority) ?? (authority.startsWith(':') ? [authority, authority.slice(1)] : []);
  return port === undefined || /^\d*$/.test(port) || isReference(port) ? -1 : run.indexOf('@', authority.length);
}

/** As long as a token, and no name: `https://git@github.com`, `https://jenkins-bot@git.example.com` have none. */
const isLong = (user: string): boolean => /^\w{20,}$/.test(user) && /\d/.test(user) && /[a-z]/i.test(user);

function found(text: string, start: number, password: string, user: string): Found {
  const kind = 'a password in an address';
  const end = start + password.length;
  // `postgres:postgres@db`: hidden there and nowhere else, or every line that names the database is unreadable.
  if (isEveryday(password, user)) return { kind, start, end, hide: [text.slice(start - 1, end + 1)] };
  return { kind, start, end, hide: [password, ...decoded(password)] };
}

function decoded(text: string): string[] {
  try {
    const plain = decodeURIComponent(text);
    return plain === text ? [] : [plain];
  } catch {
    return [];
  }
}
