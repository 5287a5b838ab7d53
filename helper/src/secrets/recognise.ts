type Env = Readonly<Record<string, string | undefined>>;

/** `DB_PASS`, and `HUB_PSW` of the declarative credentials(), too; not PWD, which is where a shell is. */
const SECRET_NAME =
  /PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|KEY|CREDENTIAL|(?:^|_)(?:USER)?(?:PASS|PSW|CREDS?|PAT)(?:_|$)|_PWD$/i;
/** What belongs to a secret, and says so: `SSH_KEY_PATH`, `SECRET_NAME`. */
const ABOUT_A_SECRET =
  /(?:PATH|FILE|DIR|FOLDER|NAME|USER|USR|ARN|TYPE|ALIAS|TTL|SIZE|LENGTH|ALGORITHM|VERSION|PORT|REGION)$/i;
/** A variable that is only named like a secret may hold a plain word: `test` is the key of every stand-in for AWS. */
const SHORTEST_GUESSED = 6;
const ARN = /^arn:[^:\s]+:[^:\s]*:\S*$/;
const PATH = /^(?:\.{0,2}|~|[A-Za-z]:)[\\/][\w .@+\\/-]*$/;
const WORDS = /^[A-Za-z]+(?:[._/ -][A-Za-z]+)*$/;
const ACCOUNT = /^\d{12}$/;

/** What else is known of the call, so that a guess does not hide what is no secret. */
export interface Surroundings {
  /** Names that are shown everywhere: images, services, the job. */
  readonly names: readonly string[];
  /** Whether a file system path exists. */
  exists(path: string): boolean;
}

/**
 * The values of variables that are named like secrets: what withCredentials binds, and AWS' keys. Not taken for one: fewer
 * than six characters; an ARN; the path of something that exists; a path, plain words or a number where the name ends in
 * PATH, NAME, TYPE and the like; plain words or an account's number that are part of a name in this call.
 */
export function secretsIn(env: Env, { names, exists }: Surroundings = { names: [], exists: () => false }): string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    const text = value.trim();
    if (!SECRET_NAME.test(name) || text.length < SHORTEST_GUESSED || ARN.test(text)) return [];
    if (PATH.test(text) && exists(text)) return [];
    if (ABOUT_A_SECRET.test(name) && (PATH.test(text) || WORDS.test(text) || /^\d+$/.test(text))) return [];
    if ((WORDS.test(text) || ACCOUNT.test(text)) && names.some((name) => isPart(text, name))) return [];
    return [text, ...secretsWithin(text)];
  });
}

/** `acme/shop` and `shop` are parts of `acme/shop:1.4`; `hop` is none. */
function isPart(text: string, name: string): boolean {
  const at = name.indexOf(text);
  const [before = '/', after = '/'] = [name[at - 1], name[at + text.length]];
  return at >= 0 && /[/:@. ]/.test(before) && /[/:@. ]/.test(after);
}

/** `_authToken=npm_x`, `password: "x"`. */
const ASSIGNED = /([\w.-]+)["']?\s*[=:]\s*["']?([^\s"',;]{6,})/g;
/** The password of an address, and .netrc's. */
const PASSWORDS = [/^[\w.@-]+:([^\s/]\S{3,})$/g, /:\/\/[^\s/:@]*:([^\s/@]{4,})@/g, /\bpassword\s+(\S{4,})/g];

/** The secrets in a text that has more than one value, by their names: JSON, settings, addresses with passwords. */
export function secretsWithin(text: string): string[] {
  const plain = PASSWORDS.flatMap((pattern) => [...text.matchAll(pattern)].map(([, value = '']) => value));
  if (/^\s*[{[]/.test(text)) {
    try {
      return [...plain, ...named(JSON.parse(text))];
    } catch {
      // Other texts begin so, too.
    }
  }
  const assigned = [...text.matchAll(ASSIGNED)].flatMap(([, name = '', value = '']) => (isSecret(name) ? [value] : []));
  return [...plain, ...assigned];
}

const isSecret = (name: string): boolean => SECRET_NAME.test(name) || /^_?auth$/.test(name);

function named(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' ? (isSecret(name) ? [inner] : []) : named(inner),
  );
}

/** What services' tokens begin with, and keys. */
const TOKEN =
  /^(?:gh[pousr]_|github_pat_|glpat-|npm_|xox[abprs]-|sk-|AKIA|ASIA|ATATT|dckr_pat_|pypi-|hvs\.|eyJ[\w-]+\.)\w|^-----BEGIN /;

/** True for a text that looks like a well-known kind of secret. */
export const isToken = (value: string): boolean => TOKEN.test(value.trim());
