// What stands where a secret could be, and is none. Hiding such a text would make a log unreadable and protect nothing.

/** `$X`, `${X}`, `$(cat x)`, `%X%`, `{{ x }}`, `<password>`: another text comes into its place. */
const REFERENCE = /\$\{[^{}]*\}|\$\([^()]*\)?|\$\w+|%[\w.():]+%|\{\{[^{}]*\}\}|<[^<>]*>/g;

/** True for a text of references and what joins them: `${USER}:${PASS}`. `a$b` is none. */
export const isReference = (text: string): boolean =>
  /[$%{<]/.test(text) && /^[^\p{L}\p{N}]*$/u.test(text.replace(REFERENCE, ''));

/** Names of secrets where others keep them: ARNs, Vault, SSM, files. */
const POINTER =
  /^(?:arn:[\w-]+:|vault:|op:\/\/|(?:aws-?)?(?:ssm|sm|secretsmanager|parameterstore):|env:|file:|secret:\/\/|resolve:)/i;
/** What people write until they have the real one; the names of settings that are only switched on. */
const PLACEHOLDER =
  /^(?:[*x.\u2022_-]+|.*\.\.\.|change[-_ ]?(?:me|it)|(?:your|my|the|some|insert)[-_ ].*|(?:my|your)?(?:password|passwd|passphrase|secret|token)|redacted|masked|hidden|placeholder|example|sample|dummy|todo|tbd|none|null|nil|undefined|true|false|yes|no|on|off|auto|default|required|optional|empty|string|enabled?|disabled?)$/i;
/** Public keys, certificates, digests. */
const PUBLIC =
  /^(?:ssh-(?:rsa|ed25519|dss) |ecdsa-sha2-|sk-(?:ssh|ecdsa)-\S+@openssh\.com |-----BEGIN (?:TRUSTED |X509 )?(?:CERTIFICATE|(?:[A-Z0-9]+ )*PUBLIC KEY)|sha(?:1|256|384|512)[:-][\w+/=]+$)/;
/** A path of a file system's well-known folders; a key of AWS' may begin with a slash, too. */
const SYSTEM_PATH = /^(?:~|\.{1,2})?\/(?:(?:run|var|etc|tmp|home|root|mnt|opt|usr|srv|dev|proc|kaniko|workspace)\/)/;

/** True for what is no secret wherever it stands: a reference, a placeholder, a secret's name or path, a public key. */
export function isInnocent(value: string): boolean {
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

/** Accounts' names that stand-ins and examples have for a password, too: as words of their own they are in every log. */
const DEFAULTS =
  /^(?:postgres(?:ql)?|mysql|mariadb|mongo(?:db)?|redis|rabbitmq|guest|admin|root|test|user|docker|app|db|minio(?:admin)?|sa|dev|local|jenkins)$/i;

/** True where the bare word must not be hidden: only its place in the address or after its flag is. */
export const isEveryday = (value: string, user = ''): boolean => DEFAULTS.test(value) || value === user;

/** Words, versions and short numbers, joined: `db-creds-2`, `v1.4.2`, `eu-west-1`. */
const NAME = /^(?:[A-Za-z]+\d{0,3}|v?\d{1,4})(?:[._/:-](?:[A-Za-z]+\d{0,3}|v?\d{1,4}))+$/;

/** True for what nobody would write as a name: letters with digits or signs, or very many letters. */
export function looksOpaque(value: string): boolean {
  if (/^[A-Za-z]+$/.test(value)) return value.length >= 24;
  const isName = NAME.test(value) && !(/\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value));
  return value.length >= 6 && !isName && !/^[\d.,:_-]+$/.test(value);
}

/** True for what only a key looks like: long, without a sign, digits and letters of both cases. */
export const looksRandom = (value: string): boolean =>
  /^[\w+/=]{20,}$/.test(value) && [/\d/, /[a-z]/, /[A-Z]/].every((one) => one.test(value));
