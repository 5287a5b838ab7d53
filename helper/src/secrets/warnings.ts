import type { BuildParameters } from '../parameters/build-parameters.ts';
import type { DeployParameters } from '../parameters/deploy-parameters.ts';
import { type Found, valuesOf } from './found-secret.ts';
import { inSetting } from './given-secrets.ts';
import type { InDefinition } from './in-definition.ts';
import type { InDockerfile } from './in-dockerfile.ts';
import { isMaskable, type Mask } from './mask.ts';
import { recognise, recognisePair, recogniseWords } from './recognise-secrets.ts';
import type { Surroundings } from './variable-names.ts';

/** What is asked whether a value is a secret. */
export interface Judge {
  readonly mask: Mask;
  readonly surroundings: Surroundings;
}

const kept = 'keep it in Secrets Manager';
const inEcs = "It stays in the task's description in ECS";
const readable = 'Whoever may see the task definition can read it';

/** Warnings of parameters of a build that hold secrets, and stay readable: what is wrong, and how it is done right. */
export function exposedByBuild({ buildArgs, labels, kanikoArgs }: BuildParameters, judge: Judge): string[] {
  return [
    ...inPairs(buildArgs, judge).map(
      ({ name, found }) =>
        `buildArgs: the value of ${name} looks like a secret${kindOf(found)}. It stays in the image's history, and in the task's description in ECS. Instead ${kept}, and give kanikoBuild(..., secrets: [${id(name)}: 'ITS NAME']) and RUN --mount=type=secret,id=${id(name)} in the Dockerfile: the file /run/secrets/${id(name)} has it${hidden(found)}`,
    ),
    ...inPairs(labels, judge).map(
      ({ name, found }) =>
        `labels: the value of ${name} looks like a secret${kindOf(found)}. Whoever has the image can read it: leave it out${hidden(found)}`,
    ),
    ...inWords(kanikoArgs, judge).map(
      ({ name, found }) =>
        `kanikoArgs: ${name} holds a secret${kindOf(found)}. ${inEcs}: ${kept}, and use registryCredentials for a registry's login, secrets for what a RUN needs${hidden(found)}`,
    ),
  ];
}

/** Warnings of parameters of a deployment that hold secrets, and stay readable. */
export function exposedByDeploy({ env, command }: DeployParameters, judge: Judge): string[] {
  return [
    ...inPairs(env, judge).map(
      ({ name, found }) =>
        `env: the value of ${name} looks like a secret${kindOf(found)}. ${readable}. Instead ${kept}, and give fargateDeploy(..., secrets: [${name}: 'ITS NAME'])${hidden(found)}`,
    ),
    ...inWords(command ?? [], judge).map(
      ({ name, found }) =>
        `command: ${name} holds a secret${kindOf(found)}. ${readable}. Instead ${kept}, give fargateDeploy(..., secrets: [NAME: 'ITS NAME']), and have a shell or the program itself read the variable NAME${hidden(found)}`,
    ),
  ];
}

/** Where in a task definition a secret is named in the right way, by the field that it is in. */
const RIGHT: readonly [RegExp, string][] = [
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

/** Warnings of secrets in a file for taskDefinition: they can be read in ECS, and in the repository. */
export function exposedByDefinition(file: string, secrets: readonly InDefinition[]): string[] {
  return secrets.map(({ path, name, found }) => {
    const [, right = 'and leave it out here'] = RIGHT.find(([place]) => place.test(path)) ?? [];
    const what = name === '' || path.endsWith(name) ? path : `${path} ${name}`;
    return `taskDefinition ${file}: the value of ${what} looks like a secret${kindOf(found)}. ${readable}, and whoever has the file. Instead ${kept}, ${right}${hidden(found)}`;
  });
}

/** Warnings of settings with secrets in them, wherever they come from. */
export const exposedBySettings = (settings: readonly { name: string; value: string; origin: string }[]): string[] =>
  settings.flatMap(({ name, value, origin }) => {
    const found = inSetting(value);
    return found.length === 0
      ? []
      : [
          `the setting ${name} (${origin}) holds a secret${kindOf(found)}. Whoever reads the settings can read it, and of kaniko-args it stays in ECS: ${kept}, and use registryCredentials for a registry's login${hidden(found)}`,
        ];
  });

/** The warning of a git remote with a secret in its address. */
export const exposedByRemote = (found: readonly Found[]): string =>
  `the address of the git remote holds a secret${kindOf(found)}. It is left out of the image's labels, but whoever reads .git/config has it, and a context with .git sends it. Let the checkout use credentialsId, or a credential helper, and name .git in .dockerignore${hidden(found)}`;

/** The warning of secrets that stand in the Dockerfile itself. */
export function exposedByDockerfile(file: string, secrets: readonly InDockerfile[]): string {
  const lines = secrets.map(({ keyword, line }) => `${keyword} in line ${line}`).join(', ');
  const all = secrets.flatMap(({ found }) => found);
  return `${file} holds a secret${kindOf(all)}: ${lines}. It stays in the image's history, and whoever has the file can read it. Instead ${kept}, and give kanikoBuild(..., secrets: [ID: 'ITS NAME']) and RUN --mount=type=secret,id=ID in the Dockerfile${hidden(all)}`;
}

interface Exposed {
  name: string;
  found: readonly Found[];
}

function inPairs(pairs: Readonly<Record<string, string | null>>, { mask, surroundings }: Judge): Exposed[] {
  return Object.entries(pairs).flatMap(([name, value]) => {
    if (value === null) return [];
    const found = recognisePair(name, value, surroundings);
    return found.length > 0 || mask.holds(value) ? [{ name, found }] : [];
  });
}

/** A flag by its name, any other word by its place. */
function inWords(words: readonly string[], { mask }: Judge): Exposed[] {
  const all = recogniseWords(words);
  return words.flatMap((word, at) => {
    const found = all[at] ?? [];
    if (found.length === 0 && !mask.holds(word)) return [];
    const flag = /^--?[A-Za-z][\w-]*(?==|$)/.exec(word)?.[0];
    return [{ name: flag ?? `entry ${at + 1}`, found }];
  });
}

/** What it is, where the shape says more than the name; a password by name alone needs no word. */
function kindOf(found: readonly Found[]): string {
  const kinds = [...new Set(found.map(({ kind }) => kind))].filter((kind) => kind !== 'a password');
  return kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
}

/** What the mask cannot hide is said to be shown. */
const hidden = (found: readonly Found[]): string =>
  found.length > 0 && !valuesOf(found).some(isMaskable)
    ? '. It is too short to be hidden, or a common word: the log shows it'
    : '';

/** `NPM_TOKEN` as ids of secrets are usually written: `npm_token`. */
const id = (name: string): string =>
  recognise(name).length > 0 ? 'ID' : name.toLowerCase().replace(/[^a-z0-9._-]/g, '_');
