import { isRecord } from '../text/is-record.ts';
import { secretsInName } from './addresses.ts';
import { type FoundSecret, valuesToHide } from './found-secret.ts';
import { isMaskable, Mask, SHORTEST_SECRET } from './mask.ts';
import { recognise, recognisePair, recogniseWords, secretsInEnvironment } from './recognise-secrets.ts';
import { isToken } from './tokens.ts';
import type { CallFacts } from './variable-names.ts';

type Given = Readonly<Record<string, unknown>>;
type Env = Readonly<Record<string, string | undefined>>;

/** Parameters whose values are names that are shown everywhere. */
const NAME_PARAMETERS = [
  'image',
  'service',
  'container',
  'cluster',
  'prefix',
  'region',
  'target',
  'context',
  'dockerfile',
];
/** Variables of Jenkins whose values are such names. */
const NAME_VARIABLES = ['JOB_NAME', 'JOB_BASE_NAME', 'BUILD_TAG', 'GIT_BRANCH', 'BRANCH_NAME', 'NODE_NAME'];
const SETTING_VARIABLE = /^FARGATE_CI_/;
/** Parameters that map a name to a secret's name. */
const MAPS_TO_SECRET_NAMES = ['secrets', 'registryCredentials'];
/** Parameters whose values are names that everyone sees. Complaints about them offer the nearest right name. */
const SHOWN_NAMES = ['image', 'cache', 'service'];
/** Parameters that map a variable to its value. */
const MAPS_TO_VALUES = ['buildArgs', 'labels', 'env'];

/** All texts in a value of any shape. */
function texts(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  return typeof value === 'object' ? Object.values(value).flatMap(texts) : [String(value)];
}

/** The secrets of a command line that is not read yet: values of `--mask`, and whatever looks like a secret. */
export const secretsInArguments = (argv: readonly string[]): string[] => [
  ...argv.flatMap((word, at) =>
    word === '--mask' ? (argv[at + 1] ?? []) : word.startsWith('--mask=') ? word.slice(7) : [],
  ),
  ...valuesToHide(recogniseWords(argv).flat()),
  ...argv.flatMap((word) => valuesToHide([...secretsInName(word.replace(/^--[\w-]+=/, ''))])),
];

/** The secrets in a setting: a list of flags, a registry, an address. */
export const secretsInSetting = (value: string): FoundSecret[] => [
  ...recognise(value),
  ...recogniseWords(value.split(/\s+/)).flat(),
  ...secretsInName(value),
];

/** The texts that the mask has to hide of settings. */
export const secretsInSettings = (values: readonly string[]): string[] =>
  values.flatMap((value) => valuesToHide(secretsInSetting(value)));

/** Collects the names of a call, so that the name of its image is not taken for a secret. */
export function callFactsOf(given: Given, env: Env, exists: (path: string) => boolean): CallFacts {
  const names = [
    ...NAME_PARAMETERS.flatMap((name) => texts(given[name])),
    ...NAME_VARIABLES.flatMap((name) => env[name] ?? []),
    ...Object.entries(env).flatMap(([name, value = '']) =>
      SETTING_VARIABLE.test(name) && !/TOKEN|PASSWORD/.test(name) ? [value] : [],
    ),
  ];
  return { names, exists };
}

/**
 * All texts that a call must not show: the values of the parameter mask, of variables that are named like secrets, whatever
 * looks like a secret in any parameter, unknown ones too, and a secret that was given where a secret's name belongs.
 * @param given the parameters as they came, perhaps of a wrong type
 */
export function secretsOf(given: Given, env: Env, exists: (path: string) => boolean): string[] {
  const facts = callFactsOf(given, env, exists);
  return [
    ...texts(given.mask),
    ...secretsInEnvironment(env, facts),
    ...secretsInSettings(
      Object.entries(env).flatMap(([name, value]) => (SETTING_VARIABLE.test(name) ? (value ?? []) : [])),
    ),
    ...MAPS_TO_SECRET_NAMES.flatMap((name) => valuesThatAreNoNames(given[name])),
    // A text was given in place of a map: the complaint must not show it.
    ...MAPS_TO_VALUES.flatMap((name) => (typeof given[name] === 'string' ? texts(given[name]) : [])),
    ...Object.entries(given).flatMap(([name, value]) =>
      valuesToHide([
        ...secretsByShape(name),
        ...([...SHOWN_NAMES, ...MAPS_TO_SECRET_NAMES].includes(name) ? secretsByShape(value) : []),
        ...(MAPS_TO_SECRET_NAMES.includes(name) ? [] : secretsInValue(name, value, facts)),
      ]),
    ),
  ];
}

/** The secrets in the value of a parameter, of whatever type it is. */
function secretsInValue(name: string, value: unknown, facts: CallFacts): FoundSecret[] {
  if (Array.isArray(value)) {
    const words = value.map((one) => (typeof one === 'object' ? '' : String(one)));
    const inner = value.flatMap((one: unknown) => (typeof one === 'object' ? secretsInValue('', one, facts) : []));
    return [...recogniseWords(words).flat(), ...inner];
  }
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([key, one]) => [...secretsByShape(key), ...secretsInValue(key, one, facts)]);
  }
  return value === undefined || value === null ? [] : recognisePair(name, String(value), facts);
}

/** The secrets that their shape alone shows. The names of variables do not count: their values are names of secrets. */
const secretsByShape = (value: unknown): FoundSecret[] => [
  ...texts(value).flatMap((text) => [...recognise(text), ...secretsInName(text)]),
  ...(isRecord(value) ? Object.keys(value).flatMap(secretsByShape) : []),
];

/** The values of a map to names of secrets that cannot be such names, so they are taken for secrets. */
function valuesThatAreNoNames(given: unknown): string[] {
  if (typeof given !== 'object' || given === null) return texts(given);
  return Object.values(given).flatMap((value) =>
    typeof value === 'string' && isNameOfASecret(value) ? [] : texts(value),
  );
}

/** Names in Secrets Manager and SSM, and ARNs, have these characters. A well-known token is no name. */
const isNameOfASecret = (value: string): boolean =>
  (/^[\w/+=.@-]+$/.test(value) || /^arn:[\w/+=.@:-]+$/.test(value)) && !isToken(value);

/** Why a value of the parameter mask is not hidden. */
export const WHY_NOT_MASKABLE = `it has fewer than ${SHORTEST_SECRET} characters, or is a word like true: hidden, it would make the log unreadable`;

/** The values of the parameter mask that cannot be hidden, by their place: `entry 2`. An empty one is a variable that is not set. */
export const unmaskableEntries = (mask: unknown): string[] =>
  texts(mask).flatMap((value, at) => (value.trim() !== '' && !isMaskable(value) ? [`entry ${at + 1}`] : []));

/** True for a parameter with a password or a token in a name that everyone sees, or in a key of its map. */
function hasSecretInName(name: string, value: unknown): boolean {
  const names = MAPS_TO_SECRET_NAMES.includes(name) ? (isRecord(value) ? Object.keys(value) : []) : texts(value);
  return names.some((text) => secretsByShape(text).length > 0);
}

/**
 * Leaves out the parameters that have a secret in a name. A complaint about such a name may change it, for instance into the
 * nearest right name, and then the mask does not recognise the secret.
 */
export function withoutSecretNames<Params extends object>(params: Params): Partial<Params> {
  const withoutSecrets: Partial<Params> = { ...params };
  for (const name of [...SHOWN_NAMES, ...MAPS_TO_SECRET_NAMES])
    if (hasSecretInName(name, Reflect.get(params, name))) Reflect.deleteProperty(withoutSecrets, name);
  return withoutSecrets;
}

/**
 * A complaint about each parameter that has a secret in a name that everyone sees. A registry's host, before the first slash, does
 * not count: it has the number of the AWS account, which some people mask.
 */
export function namesWithSecrets(given: Given): string[] {
  const mask = new Mask(texts(given.mask));
  const masked = ['image', 'service', 'container', 'target']
    .filter((name) => texts(given[name]).some((text) => mask.holds(text.replace(/^[^/]*[.:][^/]*\//, ''))))
    .map(
      (name) => `"${name}" has a value of mask in it, and is shown everywhere: leave it out of the one or of the other`,
    );
  const namesWithSecret = [...SHOWN_NAMES, ...MAPS_TO_SECRET_NAMES].filter((name) =>
    hasSecretInName(name, given[name]),
  );
  const complaints = namesWithSecret.map(
    (name) => `"${name}" has a password or a token in it, and is shown everywhere: ${REMEDIES[name] ?? LOGIN_REMEDY}`,
  );
  return [...masked, ...complaints];
}

const LOGIN_REMEDY =
  "a registry's login is kept as JSON with username and password in Secrets Manager and given by its name: registryCredentials: ['HOST': 'ITS NAME']";
const REMEDIES: Readonly<Record<string, string>> = {
  service: 'leave it out of the name',
  secrets: "it is kept in Secrets Manager and given by its name: secrets: [ID: 'ITS NAME']",
};
