import { inName } from './addresses.ts';
import { type Found, valuesOf } from './found-secret.ts';
import { isMaskable, Mask, SHORTEST } from './mask.ts';
import { recognise, recognisePair, recogniseWords, secretsIn } from './recognise-secrets.ts';
import { isToken } from './tokens.ts';
import type { Surroundings } from './variable-names.ts';

type Given = Readonly<Record<string, unknown>>;
type Env = Readonly<Record<string, string | undefined>>;

/** Parameters, and variables of Jenkins, whose values are shown everywhere. */
const NAMES = ['image', 'service', 'container', 'cluster', 'prefix', 'region', 'target', 'context', 'dockerfile'];
const NAMES_OF_JENKINS = ['JOB_NAME', 'JOB_BASE_NAME', 'BUILD_TAG', 'GIT_BRANCH', 'BRANCH_NAME', 'NODE_NAME'];
const SETTINGS = /^FARGATE_CI_/;
/** Parameters that map a name to a secret's name. */
const OF_SECRETS = ['secrets', 'registryCredentials'];
/** Parameters that are names which everyone sees, and whose complaints offer the nearest right name. */
const SHOWN = ['image', 'cache', 'service'];
/** Parameters that map a variable to its value. */
const OF_VALUES = ['buildArgs', 'labels', 'env'];

/** All texts in a value, whatever its shape. */
function texts(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  return typeof value === 'object' ? Object.values(value).flatMap(texts) : [String(value)];
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a command line may hold before it is known to be right: values of `--mask`, and whatever looks like a secret. */
export const secretsInArguments = (argv: readonly string[]): string[] => [
  ...argv.flatMap((word, at) =>
    word === '--mask' ? (argv[at + 1] ?? []) : word.startsWith('--mask=') ? word.slice(7) : [],
  ),
  ...valuesOf(recogniseWords(argv).flat()),
  ...argv.flatMap((word) => valuesOf([...inName(word.replace(/^--[\w-]+=/, ''))])),
];

/** The secrets in a setting: a list of flags, a registry, an address. */
export const inSetting = (value: string): Found[] => [
  ...recognise(value),
  ...recogniseWords(value.split(/\s+/)).flat(),
  ...inName(value),
];

/** What the mask has to hide of settings. */
export const secretsInSettings = (values: readonly string[]): string[] =>
  values.flatMap((value) => valuesOf(inSetting(value)));

/** What is known of a call, so that a guess does not hide the name of its image. */
export function surroundingsOf(given: Given, env: Env, exists: (path: string) => boolean): Surroundings {
  const names = [
    ...NAMES.flatMap((name) => texts(given[name])),
    ...NAMES_OF_JENKINS.flatMap((name) => env[name] ?? []),
    ...Object.entries(env).flatMap(([name, value = '']) =>
      SETTINGS.test(name) && !/TOKEN|PASSWORD/.test(name) ? [value] : [],
    ),
  ];
  return { names, exists };
}

/**
 * All that a call must not show: the parameter mask, variables named like secrets, what looks like a secret anywhere in its
 * parameters, known or not, and what was given in a secret's place where its name belongs.
 * @param given parameters as they came, perhaps of a wrong type
 */
export function secretsOf(given: Given, env: Env, exists: (path: string) => boolean): string[] {
  const surroundings = surroundingsOf(given, env, exists);
  return [
    ...texts(given.mask),
    ...secretsIn(env, surroundings),
    ...secretsInSettings(Object.entries(env).flatMap(([name, value]) => (SETTINGS.test(name) ? (value ?? []) : []))),
    ...OF_SECRETS.flatMap((name) => values(given[name])),
    // One text where a map belongs: the complaint shall not show what it is.
    ...OF_VALUES.flatMap((name) => (typeof given[name] === 'string' ? texts(given[name]) : [])),
    ...Object.entries(given).flatMap(([name, value]) =>
      valuesOf([
        ...shapes(name),
        ...([...SHOWN, ...OF_SECRETS].includes(name) ? shapes(value) : []),
        ...(OF_SECRETS.includes(name) ? [] : within(name, value, surroundings)),
      ]),
    ),
  ];
}

/** The secrets in a parameter, or in whatever was given for one. */
function within(name: string, value: unknown, surroundings: Surroundings): Found[] {
  if (Array.isArray(value)) {
    const words = value.map((one) => (typeof one === 'object' ? '' : String(one)));
    const inner = value.flatMap((one: unknown) => (typeof one === 'object' ? within('', one, surroundings) : []));
    return [...recogniseWords(words).flat(), ...inner];
  }
  if (isMap(value)) {
    return Object.entries(value).flatMap(([key, one]) => [...shapes(key), ...within(key, one, surroundings)]);
  }
  return value === undefined || value === null ? [] : recognisePair(name, String(value), surroundings);
}

/** By their shape alone: what is named like a secret there is a secret's name. */
const shapes = (value: unknown): Found[] => [
  ...texts(value).flatMap((text) => [...recognise(text), ...inName(text)]),
  ...(isMap(value) ? Object.keys(value).flatMap(shapes) : []),
];

/** Of what should be a map to names of secrets: what cannot be one. */
function values(given: unknown): string[] {
  if (typeof given !== 'object' || given === null) return texts(given);
  return Object.values(given).flatMap((value) =>
    typeof value === 'string' && isNameOfASecret(value) ? [] : texts(value),
  );
}

/** Secrets Manager's names, SSM's, and ARNs have these characters; well-known tokens are no names. */
const isNameOfASecret = (value: string): boolean =>
  (/^[\w/+=.@-]+$/.test(value) || /^arn:[\w/+=.@:-]+$/.test(value)) && !isToken(value);

/** Why a value of mask is shown all the same. */
export const TOO_SHORT = `it has fewer than ${SHORTEST} characters, or is a word like true: hidden, it would make the log unreadable`;

/** Which values of the parameter mask hide nothing, by their place: `entry 2`. Empty ones are variables that are not set. */
export const unmaskable = (mask: unknown): string[] =>
  texts(mask).flatMap((value, at) => (value.trim() !== '' && !isMaskable(value) ? [`entry ${at + 1}`] : []));

/** True for a parameter with a password or a token in a name that everyone sees, or in a name of its map. */
function isClosed(name: string, value: unknown): boolean {
  const names = OF_SECRETS.includes(name) ? (isMap(value) ? Object.keys(value) : []) : texts(value);
  return names.some((text) => shapes(text).length > 0);
}

/**
 * Parameters without those that have a secret in a name: what is said of such a name, or made of it, as the nearest name that
 * is right, may show what the mask does not know again.
 */
export function withoutSecretNames<Params extends object>(params: Params): Partial<Params> {
  const open: Partial<Params> = { ...params };
  for (const name of [...SHOWN, ...OF_SECRETS])
    if (isClosed(name, Reflect.get(params, name))) Reflect.deleteProperty(open, name);
  return open;
}

/** Parameters whose values are names that everyone sees; a registry's host, which is before the first slash, is the account's. */
export function namesWithSecrets(given: Given): string[] {
  const mask = new Mask(texts(given.mask));
  const masked = ['image', 'service', 'container', 'target']
    .filter((name) => texts(given[name]).some((text) => mask.holds(text.replace(/^[^/]*[.:][^/]*\//, ''))))
    .map(
      (name) => `"${name}" has a value of mask in it, and is shown everywhere: leave it out of the one or of the other`,
    );
  const closed = [...SHOWN, ...OF_SECRETS].filter((name) => isClosed(name, given[name]));
  const said = closed.map(
    (name) => `"${name}" has a password or a token in it, and is shown everywhere: ${RIGHT[name] ?? LOGIN}`,
  );
  return [...masked, ...said];
}

const LOGIN =
  "a registry's login is kept as JSON with username and password in Secrets Manager and given by its name: registryCredentials: ['HOST': 'ITS NAME']";
const RIGHT: Readonly<Record<string, string>> = {
  service: 'leave it out of the name',
  secrets: "it is kept in Secrets Manager and given by its name: secrets: [ID: 'ITS NAME']",
};
