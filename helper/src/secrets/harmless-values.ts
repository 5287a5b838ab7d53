// Texts that stand where a secret could be, and are none. To hide them would make a log unreadable and protect nothing.

/** A reference to another text: `$X`, `${X}`, `$(cat x)`, `%X%`, `{{ x }}`, `<password>`. */
const REFERENCE = /\$\{[^{}]*\}|\$\([^()]*\)?|\$\w+|%[\w.():]+%|\{\{[^{}]*\}\}|<[^<>]*>/g;

/** True for a text of references with only signs between them: `${USER}:${PASS}`. `a$b` is none. */
export const isReference = (text: string): boolean =>
  /[$%{<]/.test(text) && /^[^\p{L}\p{N}]*$/u.test(text.replace(REFERENCE, ''));

/** The name of a secret in a place that keeps it: an ARN, Vault, SSM, a file. */
const POINTER =
  /^(?:arn:[\w-]+:|vault:|op:\/\/|(?:aws-?)?(?:ssm|sm|secretsmanager|parameterstore):|env:|file:|secret:\/\/|resolve:)/i;
/** Words that people write until they have the real value, and words that switch a setting on or off. */
const PLACEHOLDER =
  /^(?:[*x.\u2022_-]+|.*\.\.\.|change[-_ ]?(?:me|it)|(?:your|my|the|some|insert)[-_ ].*|(?:my|your)?(?:password|passwd|passphrase|secret|token)|redacted|masked|hidden|placeholder|example|sample|dummy|todo|tbd|none|null|nil|undefined|true|false|yes|no|on|off|auto|default|required|optional|empty|string|enabled?|disabled?)$/i;
/** Public keys, certificates, digests. */
const PUBLIC =
  /^(?:ssh-(?:rsa|ed25519|dss) |ecdsa-sha2-|sk-(?:ssh|ecdsa)-\S+@openssh\.com |-----BEGIN (?:TRUSTED |X509 )?(?:CERTIFICATE|(?:[A-Z0-9]+ )*PUBLIC KEY)|sha(?:1|256|384|512)[:-][\w+/=]+$)/;
/** A path below a well-known folder of a file system. Other texts with a slash may be keys of AWS. */
const SYSTEM_PATH = /^(?:~|\.{1,2})?\/(?:(?:run|var|etc|tmp|home|root|mnt|opt|usr|srv|dev|proc|kaniko|workspace)\/)/;

/** True for a text that is never a secret: a reference, a placeholder, a secret's name or path, a public key. */
export function isHarmless(value: string): boolean {
  const text = value.trim();
  return (
    text === '' ||
    PLACEHOLDER.test(text) ||
    isReference(text) ||
    POINTER.test(text) ||
    PUBLIC.test(text) ||
    (SYSTEM_PATH.test(text) && /^[\w.@+~/-]*$/.test(text)) ||
    /^(?:~|\.{1,2})\/[\w.@+/-]*$/.test(text)
  );
}

/** Names of accounts that examples use as passwords, too. Every log has them as ordinary words. */
const DEFAULT_PASSWORDS =
  /^(?:postgres(?:ql)?|mysql|mariadb|mongo(?:db)?|redis|rabbitmq|guest|admin|root|test|user|docker|app|db|minio(?:admin)?|sa|dev|local|jenkins)$/i;

/** True for a password that is an ordinary word. Then it is hidden only together with what stands before it: its flag, its user. */
export const isEverydayWord = (value: string, user = ''): boolean => DEFAULT_PASSWORDS.test(value) || value === user;

/** Words, versions and short numbers, joined: `db-creds-2`, `v1.4.2`, `eu-west-1`. */
const JOINED_WORDS = /^(?:[A-Za-z]+\d{0,3}|v?\d{1,4})(?:[._/:-](?:[A-Za-z]+\d{0,3}|v?\d{1,4}))+$/;

/** True for a text that nobody would choose as a name: letters with digits or signs, or very many letters. */
export function looksOpaque(value: string): boolean {
  if (/^[A-Za-z]+$/.test(value)) return value.length >= 24;
  const isName = JOINED_WORDS.test(value) && !(/\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value));
  return value.length >= 6 && !isName && !/^[\d.,:_-]+$/.test(value);
}

/** True for a text that only a key looks like: long, with digits and letters of both cases, and without signs. */
export const looksRandom = (value: string): boolean =>
  /^[\w+/=]{20,}$/.test(value) && [/\d/, /[a-z]/, /[A-Z]/].every((one) => one.test(value));
