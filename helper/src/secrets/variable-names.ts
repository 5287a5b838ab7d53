import { isHarmless } from './harmless-values.ts';

/** Names of secrets: `DB_PASS`, also `HUB_PSW` of the declarative credentials(). Not PWD, which is a shell's current folder. */
const SECRET_NAME =
  /PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|KEY|CREDENTIAL|(?:^|_)(?:USER)?(?:PASS|PSW|CREDS?|PAT)(?:_|$)|_PWD$/i;
/** Other words that contain one of those. */
const OTHER_WORDS =
  /KEY(?:CLOAK|BOARD|WORD|SPACE|STONE|NOTE|FRAME|MAP|RING|SERVER|CODE|PRESS)|(?:MON|TUR|DON|HOC|WHIS|JOC)KEY|PUBLIC[-_.]?KEY|(?:MAX|MIN|NUM)[-_.]?\w{0,20}TOKENS|TOKENIZ|SECRETAR(?:Y|IES)/gi;
/** Ends of names for something that belongs to a secret: `SSH_KEY_PATH`, `SECRET_NAME`. */
const ABOUT_A_SECRET =
  /(?:PATH|FILE|DIR|FOLDER|NAME|USER|USR|ARN|TYPE|ALIAS|TTL|SIZE|LENGTH|ALGORITHM|VERSION|PORT|REGION|URL|URI|HOST|ENDPOINT|SERVER|ISSUER|EXPIRY|LIFETIME|TIMEOUT|LIMIT|COUNT|FORMAT|HEADER)$/i;
/** Names of passwords that people type: then a short value counts, too. */
const PASSWORD_NAME = /(?:PASSWORD|PASSWD|PASSPHRASE|(?:^|[_.-])(?:PASS|PSW)|_PWD)$/i;
/** A shorter value of a variable that is named like a secret may be an ordinary word: `test` is the key of stand-ins for AWS. */
const SHORTEST_GUESSED = 6;
const ARN = /^arn:[^:\s]+:[^:\s]*:\S*$/;
const PATH = /^(?:\.{0,2}|~|[A-Za-z]:)[\\/][\w .@+\\/-]*$/;
const WORDS = /^[A-Za-z]+(?:[._/ -][A-Za-z]+)*$/;
const NUMBER = /^\d+(?:\.\d+)?\s?(?:[a-z]{1,3}|%)?$/i;
const ADDRESS_WITHOUT_USER = /^[a-z][a-z0-9+.-]*:\/\/[^\s@?#]*$/i;
const ACCOUNT_NUMBER = /^\d{12}$/;

/** Facts about a call. With them the guess by a variable's name does not hide what is no secret. */
export interface CallFacts {
  /** Names that are shown everywhere: of images, of services, of the job. */
  readonly names: readonly string[];
  /** True where a path exists in the file system. */
  exists(path: string): boolean;
}

/** Nothing is known about the call. */
export const NO_FACTS: CallFacts = { names: [], exists: () => false };

/** True for a name that says that its value is a secret, or belongs to one. */
export const isSecretName = (name: string): boolean =>
  (SECRET_NAME.test(name) && SECRET_NAME.test(name.replace(OTHER_WORDS, ''))) || /^_?auth$/.test(name);

/**
 * True where a variable's name makes its value a secret. These values are not taken for secrets:
 *
 * - fewer than six characters; an ARN; the path of something that exists;
 * - an address without a password, a path, words or a number, where the name ends in PATH, NAME, URL and the like;
 * - words or the number of an account that are a part of a name in this call.
 */
export function isNamedSecret(variable: string, value: string, { names, exists }: CallFacts): boolean {
  const text = value.trim();
  if (!isSecretName(variable) || text.length < SHORTEST_GUESSED || ARN.test(text)) return false;
  if (PATH.test(text) && exists(text)) return false;
  if (
    ABOUT_A_SECRET.test(variable) &&
    [PATH, WORDS, NUMBER, ADDRESS_WITHOUT_USER].some((pattern) => pattern.test(text))
  )
    return false;
  return !((WORDS.test(text) || ACCOUNT_NUMBER.test(text)) && names.some((name) => isPart(text, name)));
}

/** True for a short password in a variable that is clearly named so. It is warned of, but too short to be hidden. */
export function isShortPassword(name: string, value: string): boolean {
  const text = value.trim();
  return (
    PASSWORD_NAME.test(name) && text.length < SHORTEST_GUESSED && !isHarmless(text) && !/^(?:test|\d{1,3})$/.test(text)
  );
}

/** True where a text is a part of a name: `acme/shop` and `shop` are parts of `acme/shop:1.4`, `hop` is not. */
function isPart(text: string, name: string): boolean {
  const at = name.indexOf(text);
  const [before = '/', after = '/'] = [name[at - 1], name[at + text.length]];
  return at >= 0 && /[/:@. ]/.test(before) && /[/:@. ]/.test(after);
}
