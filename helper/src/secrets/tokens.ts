import type { FoundSecret } from './found-secret.ts';

/** Tokens and keys with a prefix of their issuer. https://docs.github.com/code-security/secret-scanning lists many of them. */
const PREFIXED = [
  'gh[pousr]_[A-Za-z0-9]{14,}',
  'github_pat_\\w{14,}',
  'gl(?:pat|dt|rt|ptt|cbt|soat|ft|agent|oas|imt)-[\\w-]{14,}',
  'npm_[A-Za-z0-9]{14,}',
  'xox[abeoprs]-[\\w-]{10,}',
  'xapp-[\\w-]{10,}',
  '[sr]k_(?:live|test)_\\w{10,}',
  'whsec_\\w{10,}',
  'sk-(?=[\\w-]{0,80}\\d)[\\w-]{16,}',
  'AT[AC]TT[\\w=-]{14,}',
  'dckr_[po]at_[\\w-]{10,}',
  'pypi-(?=\\w{0,80}\\d)\\w{16,}',
  'hv[bsr]\\.[\\w-]{10,}',
  // A JSON Web Token; the first two parts are JSON.
  '(?<!-)eyJ[\\w-]{8,}\\.[\\w-]{8,}(?:\\.[\\w-]*)*',
  'AIza[\\w-]{30,}',
  'GOCSPX-[\\w-]{10,}',
  'ya29\\.[\\w-]{16,}',
  'SG\\.[\\w-]{16,}\\.[\\w-]{16,}',
  'shp(?:at|ca|pa|ss)_\\w{16,}',
  'do[opr]_v1_\\w{16,}',
  'rubygems_\\w{16,}',
  'gls?a?_(?=\\w{0,80}\\d)\\w{24,}',
  'sntry[su]_[\\w=/+-]{16,}',
  'pul-[0-9a-f]{20,}',
  'tskey-[\\w-]{14,}',
  'hf_[A-Za-z0-9]{20,}',
  'NRAK-\\w{16,}',
  'dp\\.(?:pt|st|sa)\\.[\\w.-]{16,}',
  'lin_api_\\w{16,}',
  'sq0(?:atp|csp)-[\\w-]{16,}',
  'oy2[a-z0-9]{43}',
  'AGE-SECRET-KEY-1\\w{20,}',
];
/** The ids of keys of AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html. */
const AWS_ID = 'A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{12,}';
const TOKEN = new RegExp(`(?<![A-Za-z0-9_])(?:${[...PREFIXED, AWS_ID].join('|')})`, 'g');
const STARTS_WITH_TOKEN = new RegExp(`^(?:${[...PREFIXED, AWS_ID].join('|')})`);
const AWS_ID_ANYWHERE = new RegExp(`(?<![A-Za-z0-9_])${AWS_ID}`);
/** A secret key of AWS. Forty hexadecimal digits are a commit, and no key. */
const AWS_SECRET = /(?<![A-Za-z0-9/+_-])(?![0-9a-f]{40}(?![A-Za-z0-9/+]))[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+_-])/g;
/** Addresses that are secret themselves. */
const WEBHOOK =
  /hooks\.slack\.com\/(?:services|workflows)\/([\w/-]{16,})|discord(?:app)?\.com\/api\/webhooks\/(\d+\/[\w-]{16,})|\.webhook\.office\.com\/webhookb2\/([\w@/-]{16,})/g;
const PRIVATE_KEY =
  /-{2,5}BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)|PuTTY-User-Key-File-\d:[\s\S]*$/g;

/** True for a text that begins with a well-known kind of token or key. */
export const isToken = (value: string): boolean =>
  STARTS_WITH_TOKEN.test(value.trim()) || /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(value.trim());

/** Tokens, keys and addresses of webhooks in a text: their own shape shows that they are secret. */
export function* tokensIn(text: string): Generator<FoundSecret> {
  // Most texts are too short to have one.
  if (!/[\w+/.-]{14}|PRIVATE KEY|PuTTY/.test(text)) return;
  for (const match of text.matchAll(PRIVATE_KEY)) {
    const [key] = match;
    // JSON and variables often write its line breaks as \n. Then it is hidden with real line breaks, too, line by line.
    const lines = key.replace(/\\+r\\+n|\\+n/g, '\n');
    yield foundAt('private key', match.index, key, lines === key ? [key] : [key, lines]);
  }
  for (const match of text.matchAll(TOKEN)) {
    yield foundAt(/^A[KSBC][IC]A/.test(match[0]) ? 'AWS key' : 'token', match.index, match[0]);
  }
  for (const match of text.matchAll(WEBHOOK)) {
    const secret = match.slice(1).find((one) => one !== undefined) ?? '';
    // Only the last part cannot be guessed, so it is hidden by itself, too.
    const hide = [secret, secret.slice(secret.lastIndexOf('/') + 1)];
    yield foundAt('token', match.index + match[0].length - secret.length, secret, hide);
  }
}

/** True where a text has the id of an AWS key: then its secret key is probably near. */
export const hasAwsId = (text: string): boolean => AWS_ID_ANYWHERE.test(text);

/** Secret keys of AWS. Use it only where the id of one is near: other texts look alike. */
export function* awsSecretsIn(text: string): Generator<FoundSecret> {
  for (const match of text.matchAll(AWS_SECRET)) yield foundAt('AWS key', match.index, match[0]);
}

const foundAt = (
  kind: FoundSecret['kind'],
  start: number,
  text: string,
  hide: readonly string[] = [text],
): FoundSecret => ({
  kind,
  start,
  end: start + text.length,
  hide,
});
