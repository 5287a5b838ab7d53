import type { BuildParameters } from '../parameters/build.ts';
import type { DeployParameters } from '../parameters/deploy.ts';
import type { Mask } from './mask.ts';

const kept = 'keep it in Secrets Manager';

/** Warnings of parameters of a build that hold secrets, and stay readable: what is wrong, and how it is done right. */
export function exposedByBuild({ buildArgs, labels, kanikoArgs }: BuildParameters, mask: Mask): string[] {
  return [
    ...holding(buildArgs, mask).map(
      (name) =>
        `buildArgs: the value of ${name} looks like a secret. It stays in the image's history, and in the task's description in ECS. Instead ${kept}, and give kanikoBuild(..., secrets: [${id(name)}: 'ITS NAME']) and RUN --mount=type=secret,id=${id(name)} in the Dockerfile: the file /run/secrets/${id(name)} has it`,
    ),
    ...holding(labels, mask).map(
      (name) => `labels: the value of ${name} looks like a secret. Whoever has the image can read it: leave it out`,
    ),
    ...(kanikoArgs.some((one) => mask.holds(one))
      ? [`kanikoArgs hold a secret. It stays in the task's description in ECS: use secrets or registryCredentials`]
      : []),
  ];
}

/** Warnings of parameters of a deployment that hold secrets, and stay readable. */
export function exposedByDeploy({ env, command }: DeployParameters, mask: Mask): string[] {
  return [
    ...holding(env, mask).map(
      (name) =>
        `env: the value of ${name} looks like a secret. Whoever may see the task definition can read it. Instead ${kept}, and give fargateDeploy(..., secrets: [${name}: 'ITS NAME'])`,
    ),
    ...(command?.some((one) => mask.holds(one))
      ? [
          'command holds a secret. Whoever may see the task definition can read it: use secrets, and the variable in its place',
        ]
      : []),
  ];
}

const holding = (pairs: Readonly<Record<string, string | null>>, mask: Mask): string[] =>
  Object.keys(pairs).filter((name) => mask.holds(pairs[name] ?? ''));

/** `NPM_TOKEN` as ids of secrets are usually written: `npm_token`. */
const id = (name: string): string => name.toLowerCase().replace(/[^a-z0-9._-]/g, '_');
