import { isInnocent } from './harmless-values.ts';

/** `DB_PASS`, and `HUB_PSW` of the declarative credentials(), too; not PWD, which is where a shell is. */
const SECRET_NAME =
  /PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|KEY|CREDENTIAL|(?:^|_)(?:USER)?(?:PASS|PSW|CREDS?|PAT)(?:_|$)|_PWD$/i;
/** Words that only have one of those in them. */
const OTHER_WORDS =
  /KEY(?:CLOAK|BOARD|WORD|SPACE|STONE|NOTE|FRAME|MAP|RING|SERVER|CODE|PRESS)|(?:MON|TUR|DON|HOC|WHIS|JOC)KEY|PUBLIC[-_.]?KEY|(?:MAX|MIN|NUM)[-_.]?\w{0,20}TOKENS|TOKENIZ|SECRETAR(?:Y|IES)/gi;
/** What belongs to a secret, and says so: `SSH_KEY_PATH`, `SECRET_NAME`. */
const ABOUT_A_SECRET =
  /(?:PATH|FILE|DIR|FOLDER|NAME|USER|USR|ARN|TYPE|ALIAS|TTL|SIZE|LENGTH|ALGORITHM|VERSION|PORT|REGION|URL|URI|HOST|ENDPOINT|SERVER|ISSUER|EXPIRY|LIFETIME|TIMEOUT|LIMIT|COUNT|FORMAT|HEADER)$/i;
/** Names of what people type or paste as a password: then a short one counts, too. */
const PASSWORD_NAME = /(?:PASSWORD|PASSWD|PASSPHRASE|(?:^|[_.-])(?:PASS|PSW)|_PWD)$/i;
/** A variable that is only named like a secret may hold a plain word: `test` is the key of every stand-in for AWS. */
const SHORTEST_GUESSED = 6;
const ARN = /^arn:[^:\s]+:[^:\s]*:\S*$/;
const PATH = /^(?:\.{0,2}|~|[A-Za-z]:)[\\/][\w .@+\\/-]*$/;
const WORDS = /^[A-Za-z]+(?:[._/ -][A-Za-z]+)*$/;
const NUMBER = /^\d+(?:\.\d+)?\s?(?:[a-z]{1,3}|%)?$/i;
const PLAIN_ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^\s@?#]*$/i;
const ACCOUNT = /^\d{12}$/;

/** What else is known of the call, so that a guess does not hide what is no secret. */
export interface Surroundings {
  /** Names that are shown everywhere: images, services, the job. */
  readonly names: readonly string[];
  /** Whether a file system path exists. */
  exists(path: string): boolean;
}

/** True for a name that says that its value is a secret, or something about one. */
export const isSecretName = (name: string): boolean =>
  (SECRET_NAME.test(name) && SECRET_NAME.test(name.replace(OTHER_WORDS, ''))) || /^_?auth$/.test(name);

/**
 * True where a variable's name makes its value a secret. Not taken for one: fewer than six characters; an ARN; the path of
 * something that exists; an address without a password, a path, plain words or a number where the name ends in PATH, NAME,
 * URL and the like; plain words or an account's number that are part of a name in this call.
 */
export function isNamedSecret(name: string, value: string, { names, exists }: Surroundings): boolean {
  const text = value.trim();
  if (!isSecretName(name) || text.length < SHORTEST_GUESSED || ARN.test(text)) return false;
  if (PATH.test(text) && exists(text)) return false;
  if (ABOUT_A_SECRET.test(name) && [PATH, WORDS, NUMBER, PLAIN_ADDRESS].some((one) => one.test(text))) return false;
  return !((WORDS.test(text) || ACCOUNT.test(text)) && names.some((one) => isPart(text, one)));
}

/** True for a password that is too short to be guessed at by any other name: it is warned of, and not hidden. */
export function isShortPassword(name: string, value: string): boolean {
  const text = value.trim();
  return (
    PASSWORD_NAME.test(name) && text.length < SHORTEST_GUESSED && !isInnocent(text) && !/^(?:test|\d{1,3})$/.test(text)
  );
}

/** `acme/shop` and `shop` are parts of `acme/shop:1.4`; `hop` is none. */
function isPart(text: string, name: string): boolean {
  const at = name.indexOf(text);
  const [before = '/', after = '/'] = [name[at - 1], name[at + text.length]];
  return at >= 0 && /[/:@. ]/.test(before) && /[/:@. ]/.test(after);
}
