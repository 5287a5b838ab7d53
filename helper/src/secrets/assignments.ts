import type { FoundSecret, SecretKind } from './found-secret.ts';
import { isEverydayWord, isHarmless, looksOpaque, looksRandom } from './harmless-values.ts';

/** The end of a name whose value is a password. */
const PASSWORD =
  '(?:passw(?:or)?d|passphrase|(?<![a-z])pass|(?:store|key|trust|user|db|cert)pass|(?<![a-z])psw|(?<![a-z])pwd(?!=[/~.]))';
/** The end of a name whose value may be a token: it must look like one. */
const TOKEN =
  '(?:token|secret|credentials?|(?:secret|access|api|account|private|shared|signing|encryption|master|auth|license|instrumentation|storage)[_-]?(?:access[_-]?)?key|[?&;]sig|x-amz-signature|sharedaccesssignature|_auth)';
/** The end of a name that often has nothing to do with secrets: a sort key, a cache key. Its value must look random. */
const KEY = '(?:[_-]key|[?&;](?:key|code))';
const QUOTED = `"((?:[^"\\\\]|\\\\.)*)"|'([^']*)'`;
type Test = (value: string) => boolean;
/**
 * `sign`: a quick test. Only where a text passes it the patterns are compiled, since each run looks through all of its
 * environment when it starts.
 */
const NAMES: readonly { name: string; sign: RegExp; kind: SecretKind; test: Test }[] = [
  { name: PASSWORD, sign: /(?:pass\w*|psw|pwd)["']?[\s=:,>]/i, kind: 'password', test: () => true },
  {
    name: TOKEN,
    sign: /(?:token|secret|credentials?|key|sig|_auth|signature)["']?[\s=:,>]/i,
    kind: 'token',
    test: looksOpaque,
  },
  { name: KEY, sign: /(?:key|code)["']?[\s=:,>]/i, kind: 'token', test: looksRandom },
];
const TRAILING = /[\\"'`)\]}]+$/;

/** `NAME=VALUE`, `"name": "VALUE"`, `--name VALUE`, `name: VALUE`, `<name>VALUE</name>`. */
const PATTERNS = NAMES.map(({ name, ...more }) => ({
  ...more,
  patterns: [
    `${name}["']?\\s{0,4}:?=\\s{0,4}(?:${QUOTED}|([^\\s"'\`]+))`,
    `${name}["']\\s{0,8}(?::|=>|,)\\s{0,8}(?:${QUOTED})`,
    `(?:(?:^|[\\s"'])--?[\\w.-]{0,40}|:_\\w{0,20})${name}["']?[ \\t]{1,8}(?:${QUOTED}|([^\\s"'\`-][^\\s"'\`]*))`,
    `(?:^|\\n)[ \\t-]{0,40}[\\w.-]{0,40}${name}:[ \\t]{1,8}(?:${QUOTED}|([^\\s"'\`]+))[ \\t]*(?=\\r?\\n|$)`,
    `<[\\w:.-]{0,40}${name}>([^<>]+)<`,
  ].map((source) => new RegExp(source, 'gi')),
}));

/** `Authorization: Bearer X`, `X-Api-Key: X`, as headers, JSON and code have them. */
const HEADERS = [
  /\b(?:proxy-)?authorization["']?\s{0,4}(?:[:=]|=>|,)\s{0,4}["']?(?:(bearer|basic|token|apikey|negotiate|ghs|key)(?:\s{1,4}|%20))?([^\s"'\\,;]+)/gi,
  /\b(?:x-[a-z-]{0,20}(?:token|key|secret|auth)|private-token|job-token|api-key|apikey)["']?\s{0,4}[:=]\s{0,4}["']?()([^\s"'\\,;]+)/gi,
  /\b(bearer)\s{1,4}([\w.~+/=-]{16,})/gi,
];
/** The lines of .netrc, and flags that take user and password together: `--creds USER:PW`. */
const LOGINS =
  /\blogin\s{1,4}\S{1,128}\s{1,4}password\s{1,4}(\S+)|(?:^|[\s"'])--?[\w.-]{0,40}(?:creds|credentials|auth|userpwd)(?:=|\s{1,4})["']?[^\s:"'/]{1,64}:([^\s"'/@]+)/gi;
/** User and password in Base64: in Basic authorization, and in the settings of Docker and npm. */
const BASIC = /\b(?:basic\s{1,4}|auth"\s{0,4}:\s{0,4}"|_auth\s{0,4}=\s{0,4}"?)([A-Za-z0-9+/]{8,}={0,2})(?![\w+/=])/gi;

/** Passwords and tokens that stand behind a name that says so. */
export function* secretsInAssignments(text: string): Generator<FoundSecret> {
  for (const { sign, patterns, kind, test } of PATTERNS) {
    if (!sign.test(text)) continue;
    for (const match of patterns.flatMap((pattern) => [...text.matchAll(pattern)])) {
      const quoted = match[1] !== undefined || match[2] !== undefined;
      const value = match.slice(1).find((group) => group !== undefined) ?? '';
      const end = match.index + match[0].replace(/[ \t]*$/, '').length - (quoted ? 1 : 0);
      yield* assigned(text, { start: end - value.length, value, kind, quoted, test });
    }
  }
  if (!/(?:bearer|basic|auth\w*|key|token|secret|password|creds|credentials|userpwd)["']?[\s=:,]/i.test(text)) return;
  for (const match of text.matchAll(LOGINS)) {
    const value = match[1] ?? match[2] ?? '';
    const start = match.index + match[0].length - value.length;
    yield* assigned(text, { start, value, kind: 'password', quoted: true, test: () => true });
  }
  for (const pattern of HEADERS) {
    for (const match of text.matchAll(pattern)) {
      const [whole, scheme = '', value = ''] = match;
      const login = /^basic$/i.test(scheme) ? loginOf(value) : [];
      const isCertain =
        /^(?:bearer|basic)$/i.test(scheme) && value.length >= 8 && /^\W*(?:proxy-)?authorization/i.test(whole);
      if (!isHarmless(value) && (isCertain || looksOpaque(value)))
        yield header(match.index + whole.length, value, login);
    }
  }
  for (const match of text.matchAll(BASIC)) {
    const [whole, value = ''] = match;
    const login = loginOf(value);
    if (login.length > 0) yield header(match.index + whole.length, value, login);
  }
}

const header = (end: number, value: string, login: readonly string[]): FoundSecret => ({
  kind: 'Authorization header',
  start: end - value.length,
  end,
  hide: [value, ...login],
});

interface Assigned {
  start: number;
  value: string;
  kind: SecretKind;
  quoted: boolean;
  test: Test;
}

function* assigned(text: string, { start, value, kind, quoted, test }: Assigned): Generator<FoundSecret> {
  // ODBC writes `Pwd={a;b}`.
  const braced = kind === 'password' ? /^\{([^{}]+)\}/.exec(value)?.[1] : undefined;
  if (braced !== undefined && !isHarmless(braced)) {
    yield { kind, start: start + 1, end: start + 1 + braced.length, hide: [braced] };
    return;
  }
  // `--secret=id=x,env=Y` only names a secret. A list or a call is no secret, and neither is the number of `--two-pass=1`.
  if (isHarmless(value) || /^\d{1,3}$/.test(value) || /^(?:id|src|name|env|type)=/.test(value) || /^[[({]/.test(value))
    return;
  const cut = quoted ? value : value.replace(/[&;|)>,].*$/s, '').replace(TRAILING, '');
  if (!/[\p{L}\p{N}]/u.test(cut) || isHarmless(cut) || !test(cut)) return;
  // Code is no secret: `token = read(x)`, `key = env['x']`. Neither is `--registry-credentials HOST=NAME`.
  if (
    kind === 'token' &&
    !quoted &&
    (/[([{]/.test(value) || !looksOpaque(/^([\w.:-]+)=[\w/.-]+$/.exec(value)?.[1] ?? value))
  )
    return;
  const end = start + cut.length;
  if (isEverydayWord(cut)) {
    yield { kind, start, end, hide: [text.slice(Math.max(0, start - 9), end)] };
    return;
  }
  yield { kind, start, end, hide: [cut, ...(quoted ? unescaped(cut) : [])] };
  // The text behind a separator may be a part of the secret, so the whole is hidden, too.
  const whole = value.replace(TRAILING, '');
  if (whole !== cut && !/^[&;|)>,][\w.-]*=/.test(value.slice(cut.length))) {
    yield { kind, start, end: start + whole.length, hide: [whole] };
  }
}

/** The text without the backslashes that JSON and code put into it. */
function unescaped(text: string): string[] {
  if (!text.includes('\\')) return [];
  try {
    const parsed: unknown = JSON.parse(`"${text}"`);
    return typeof parsed === 'string' ? [parsed] : [];
  } catch {
    return [text.replace(/\\(.)/g, '$1')];
  }
}

/** The user and the password that stand in Base64 behind `Basic`; an empty list for any other text. */
function loginOf(encoded: string): string[] {
  const login = Buffer.from(encoded, 'base64').toString('utf8');
  const password = /^[^:\p{C}\ufffd]{0,128}:([^\p{C}\ufffd]{1,256})$/u.exec(login)?.[1];
  if (password === undefined) return [];
  return isHarmless(password) || isEverydayWord(password) ? [login] : [login, password];
}
