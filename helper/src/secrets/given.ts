import { isMaskable, Mask, SHORTEST } from './mask.ts';
import { isToken, type Surroundings, secretsIn } from './recognise.ts';

type Given = Readonly<Record<string, unknown>>;

/** Parameters, and variables of Jenkins, whose values are shown everywhere. */
const NAMES = ['image', 'service', 'container', 'cluster', 'prefix', 'region', 'target', 'context', 'dockerfile'];
const NAMES_OF_JENKINS = ['JOB_NAME', 'JOB_BASE_NAME', 'BUILD_TAG', 'GIT_BRANCH', 'BRANCH_NAME', 'NODE_NAME'];
const SETTINGS = /^FARGATE_CI_/;

/** All texts in a value, whatever its shape. */
function texts(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  return typeof value === 'object' ? Object.values(value).flatMap(texts) : [String(value)];
}

/** Values of `--mask` in a command line that may turn out to be wrong. */
export const masksIn = (argv: readonly string[]): string[] =>
  argv.flatMap((word, at) =>
    word === '--mask' ? (argv[at + 1] ?? []) : word.startsWith('--mask=') ? word.slice(7) : [],
  );

/**
 * All that a call must not show: the parameter mask, variables named like secrets, and what was given in a secret's place
 * where its name belongs.
 * @param given parameters as they came, perhaps of a wrong type
 */
export function secretsOf(
  given: Given,
  env: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean,
): string[] {
  const names = [
    ...NAMES.flatMap((name) => texts(given[name])),
    ...NAMES_OF_JENKINS.flatMap((name) => env[name] ?? []),
    ...Object.entries(env).flatMap(([name, value = '']) =>
      SETTINGS.test(name) && !/TOKEN|PASSWORD/.test(name) ? [value] : [],
    ),
  ];
  return [
    ...texts(given.mask),
    ...secretsIn(env, { names, exists }),
    ...['secrets', 'registryCredentials'].flatMap((name) => values(given[name])),
    ...['buildArgs', 'labels', 'env'].flatMap((name) => exposed(given[name], { names, exists })),
  ];
}

/** Of a map of plain values: what is named like a secret, or looks like one. */
function exposed(given: unknown, surroundings: Surroundings): string[] {
  if (typeof given !== 'object' || given === null) return [];
  const pairs = Object.entries(given).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  const tokens = pairs.flatMap(([, value]) => (isToken(value) ? [value] : []));
  return [...secretsIn(Object.fromEntries(pairs), surroundings), ...tokens];
}

/** Of what should be a map to names of secrets: what cannot be one. */
function values(given: unknown): string[] {
  if (typeof given !== 'object' || given === null) return texts(given);
  return Object.values(given).flatMap((value) =>
    typeof value === 'string' && isSecretName(value) ? [] : texts(value),
  );
}

/** Secrets Manager's names, SSM's, and ARNs have these characters; well-known tokens are no names. */
const isSecretName = (value: string): boolean => /^[\w/+=.@:-]+$/.test(value) && !isToken(value);

/** Why a value of mask is shown all the same. */
export const TOO_SHORT = `it has fewer than ${SHORTEST} characters, or is a word like true: hidden, it would make the log unreadable`;

/** Which values of the parameter mask hide nothing, by their place: `entry 2`. Empty ones are variables that are not set. */
export const unmaskable = (mask: unknown): string[] =>
  texts(mask).flatMap((value, at) => (value.trim() !== '' && !isMaskable(value) ? [`entry ${at + 1}`] : []));

/** Parameters whose values are names that everyone sees; a registry's host, which is before the first slash, is the account's. */
export function namesWithSecrets(given: Given): string[] {
  const mask = new Mask(texts(given.mask));
  return ['image', 'service', 'container', 'target']
    .filter((name) => texts(given[name]).some((text) => mask.holds(text.replace(/^[^/]*[.:][^/]*\//, ''))))
    .map(
      (name) => `"${name}" has a value of mask in it, and is shown everywhere: leave it out of the one or of the other`,
    );
}
