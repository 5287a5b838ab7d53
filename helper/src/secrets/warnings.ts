import type { BuildParameters } from '../parameters/build-parameters.ts';
import type { DeployParameters } from '../parameters/deploy-parameters.ts';
import { type FoundSecret, type SecretKind, valuesToHide } from './found-secret.ts';
import { secretsInSetting } from './given-secrets.ts';
import type { DefinitionSecret } from './in-definition.ts';
import type { DockerfileSecret } from './in-dockerfile.ts';
import { isMaskable, type Mask } from './mask.ts';
import { recognise, recognisePair, recogniseWords } from './recognise-secrets.ts';
import type { CallFacts } from './variable-names.ts';

/** What is needed to decide whether a value is a secret. */
export interface SecretKnowledge {
  readonly mask: Mask;
  readonly facts: CallFacts;
}

const keepIt = 'keep it in Secrets Manager';
const inEcs = "It stays in the task's description in ECS";
const readable = 'Whoever may see the task definition can read it';

/** Warnings of secrets in parameters of a build that others can read: what is wrong, and how to do it right. */
export function exposedByBuild(
  { buildArgs, labels, kanikoArgs }: BuildParameters,
  knowledge: SecretKnowledge,
): string[] {
  return [
    ...inPairs(buildArgs, knowledge).map(
      ({ name, found }) =>
        `buildArgs: the value of ${name} looks like a secret${kindOf(found)}. It stays in the image's history, and in the task's description in ECS. Instead ${keepIt}, and give kanikoBuild(..., secrets: [${secretId(name)}: 'ITS NAME']) and RUN --mount=type=secret,id=${secretId(name)} in the Dockerfile: the file /run/secrets/${secretId(name)} has it${noteIfShown(found)}`,
    ),
    ...inPairs(labels, knowledge).map(
      ({ name, found }) =>
        `labels: the value of ${name} looks like a secret${kindOf(found)}. Whoever has the image can read it: leave it out${noteIfShown(found)}`,
    ),
    ...inWords(kanikoArgs, knowledge).map(
      ({ name, found }) =>
        `kanikoArgs: ${name} holds a secret${kindOf(found)}. ${inEcs}: ${keepIt}, and use registryCredentials for a registry's login, secrets for what a RUN needs${noteIfShown(found)}`,
    ),
  ];
}

/** Warnings of secrets in parameters of a deployment that others can read. */
export function exposedByDeploy({ env, command }: DeployParameters, knowledge: SecretKnowledge): string[] {
  return [
    ...inPairs(env, knowledge).map(
      ({ name, found }) =>
        `env: the value of ${name} looks like a secret${kindOf(found)}. ${readable}. Instead ${keepIt}, and give fargateDeploy(..., secrets: [${name}: 'ITS NAME'])${noteIfShown(found)}`,
    ),
    ...inWords(command ?? [], knowledge).map(
      ({ name, found }) =>
        `command: ${name} holds a secret${kindOf(found)}. ${readable}. Instead ${keepIt}, give fargateDeploy(..., secrets: [NAME: 'ITS NAME']), and have a shell or the program itself read the variable NAME${noteIfShown(found)}`,
    ),
  ];
}

/** How to do it right, by the field of the task definition that has the secret. */
const REMEDIES: readonly [RegExp, string][] = [
  [
    /environment$/,
    "and name it under secrets of that container, or give fargateDeploy(..., secrets: [NAME: 'ITS NAME'])",
  ],
  [/logConfiguration\.options\b|firelensConfiguration/, 'and name it under secretOptions of logConfiguration'],
  [
    /(?:command|entryPoint)(?:\[|$)/i,
    'name it under secrets of that container, and have a shell or the program itself read the variable',
  ],
];

/** Warnings of secrets in a task definition file: others can read them in ECS and in the repository. */
export function exposedByDefinition(file: string, secrets: readonly DefinitionSecret[]): string[] {
  return secrets.map(({ path, name, found }) => {
    const [, remedy = 'and leave it out here'] = REMEDIES.find(([place]) => place.test(path)) ?? [];
    const what = name === '' || path.endsWith(name) ? path : `${path} ${name}`;
    return `taskDefinition ${file}: the value of ${what} looks like a secret${kindOf(found)}. ${readable}, and whoever has the file. Instead ${keepIt}, ${remedy}${noteIfShown(found)}`;
  });
}

/** Warnings of settings that have secrets in them, from whatever place they come. */
export const exposedBySettings = (settings: readonly { name: string; value: string; origin: string }[]): string[] =>
  settings.flatMap(({ name, value, origin }) => {
    const found = secretsInSetting(value);
    return found.length === 0
      ? []
      : [
          `the setting ${name} (${origin}) holds a secret${kindOf(found)}. Whoever reads the settings can read it, and of kaniko-args it stays in ECS: ${keepIt}, and use registryCredentials for a registry's login${noteIfShown(found)}`,
        ];
  });

/** The warning of a git remote whose address has a secret. */
export const exposedByRemote = (found: readonly FoundSecret[]): string =>
  `the address of the git remote holds a secret${kindOf(found)}. It is left out of the image's labels, but whoever reads .git/config has it, and a context with .git sends it. Let the checkout use credentialsId, or a credential helper, and name .git in .dockerignore${noteIfShown(found)}`;

/** The warning of secrets in the Dockerfile itself. */
export function exposedByDockerfile(file: string, secrets: readonly DockerfileSecret[]): string {
  const lines = secrets.map(({ keyword, line }) => `${keyword} in line ${line}`).join(', ');
  const all = secrets.flatMap(({ found }) => found);
  return `${file} holds a secret${kindOf(all)}: ${lines}. It stays in the image's history, and whoever has the file can read it. Instead ${keepIt}, and give kanikoBuild(..., secrets: [ID: 'ITS NAME']) and RUN --mount=type=secret,id=ID in the Dockerfile${noteIfShown(all)}`;
}

interface ExposedValue {
  name: string;
  found: readonly FoundSecret[];
}

function inPairs(pairs: Readonly<Record<string, string | null>>, { mask, facts }: SecretKnowledge): ExposedValue[] {
  return Object.entries(pairs).flatMap(([name, value]) => {
    if (value === null) return [];
    const found = recognisePair(name, value, facts);
    return found.length > 0 || mask.holds(value) ? [{ name, found }] : [];
  });
}

/** The words that have secrets. A flag is called by its name, any other word by its place. */
function inWords(words: readonly string[], { mask }: SecretKnowledge): ExposedValue[] {
  const all = recogniseWords(words);
  return words.flatMap((word, at) => {
    const found = all[at] ?? [];
    if (found.length === 0 && !mask.holds(word)) return [];
    const flag = /^--?[A-Za-z][\w-]*(?==|$)/.exec(word)?.[0];
    return [{ name: flag ?? `entry ${at + 1}`, found }];
  });
}

/** Each kind of secret in words. */
const KIND_WORDS: Readonly<Record<SecretKind, string>> = {
  password: 'a password',
  'address password': 'a password in an address',
  token: 'a token',
  'address token': 'a token in an address',
  'private key': 'a private key',
  'AWS key': 'an AWS key',
  'Authorization header': 'an Authorization header',
};

/** The kinds of secrets, in brackets. A password is left out: the warning says as much without it. */
function kindOf(found: readonly FoundSecret[]): string {
  const kinds = [...new Set(found.map(({ kind }) => kind))].filter((kind) => kind !== 'password');
  return kinds.length === 0 ? '' : ` (${kinds.map((kind) => KIND_WORDS[kind]).join(', ')})`;
}

/** A note where the mask cannot hide the secret. */
const noteIfShown = (found: readonly FoundSecret[]): string =>
  found.length > 0 && !valuesToHide(found).some(isMaskable)
    ? '. It is too short to be hidden, or a common word: the log shows it'
    : '';

/** A variable's name in the usual form of an id of a secret: `npm_token` for `NPM_TOKEN`. */
const secretId = (name: string): string =>
  recognise(name).length > 0 ? 'ID' : name.toLowerCase().replace(/[^a-z0-9._-]/g, '_');
