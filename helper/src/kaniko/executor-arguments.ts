import { type ExecutorFlag, readFlags } from './executor-flags.ts';

/** Everything that decides the executor's arguments. */
interface KanikoPlan {
  /** `s3://bucket/key` of the context's archive. */
  context: string;
  /** The folder in the archive that holds the files. */
  contextSubPath: string;
  /** Relative to that folder. */
  dockerfile: string;
  /** Where the image is pushed to, `registry/repository:tag`; at least one. */
  destinations: readonly string[];
  buildArgs: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  target: string | undefined;
  /** For instance `linux/arm64`. */
  platform: string | undefined;
  /** Ids for `RUN --mount=type=secret`. The task's variable secretVariable(id) has the value. */
  secrets: readonly string[];
  /** The repository of the layer cache; undefined for a build without cache. */
  cacheRepository: string | undefined;
  push: boolean;
  /** The user's own flags, checked by kanikoArgsComplaints. They replace the defaults below. */
  extra: readonly string[];
}

/** Without --force kaniko may refuse to run, because it does not recognise Fargate as a container. Without retries one lost
 * connection would end a build: kaniko's default is 0. */
const DEFAULTS: readonly string[] = [
  '--force',
  '--credential-helpers=env',
  '--credential-helpers=ecr',
  '--push-retry=3',
  '--image-download-retry=3',
  '--image-fs-extract-retry=3',
];
/** Uncompressed caching needs much less memory. */
const CACHE_DEFAULTS: readonly string[] = ['--cache-copy-layers', '--compressed-caching=false'];

/**
 * The name of the task's variable that holds a build secret. A character that a variable's name cannot have becomes its
 * hexadecimal code between `_`, so that no two ids share a variable.
 */
export function secretVariable(id: string): string {
  const safe = id.replace(/[^A-Za-z0-9]/gu, (one) => `_${(one.codePointAt(0) ?? 0).toString(16)}_`);
  return `BUILD_SECRET_${safe}`;
}

/** What is wrong with build secrets (id -> name). kaniko reads an id from a comma-separated list, so few characters are safe. */
export function secretComplaints(secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([id, name]) => {
    const bad = `secrets: ${JSON.stringify(id)} is not an id: use letters, digits, ".", "_" and "-", a letter or digit first`;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) return [bad];
    return name.trim() === '' ? [`secrets: ${id} has no name of a secret`] : [];
  });
}

/** What is wrong with the names of build arguments and labels. kaniko splits `NAME=VALUE` at the first equals sign. */
export function pairComplaints(maps: Readonly<Record<string, Readonly<Record<string, string>>>>): string[] {
  return Object.entries(maps).flatMap(([parameter, pairs]) =>
    Object.keys(pairs)
      .filter((name) => name === '' || name.includes('='))
      .map((name) => `${parameter}: ${JSON.stringify(name)} is not a name: it must neither be empty nor contain "="`),
  );
}

/** The executor's arguments. The user's own flags come last and replace a default of the same name. */
export function executorArguments(plan: KanikoPlan): string[] {
  const extra = readFlags(plan.extra).flags;
  const chosen = new Set(extra.map((flag) => flag.name));
  const defaults = readFlags([...DEFAULTS, ...(plan.cacheRepository === undefined ? [] : CACHE_DEFAULTS)]).flags;
  return [
    `--context=${plan.context}`,
    `--context-sub-path=${plan.contextSubPath}`,
    `--dockerfile=${plan.dockerfile}`,
    ...destinations(plan),
    ...pairs('build-arg', plan.buildArgs),
    ...pairs('label', plan.labels),
    ...(plan.target === undefined ? [] : [`--target=${plan.target}`]),
    ...(plan.platform === undefined ? [] : [`--custom-platform=${plan.platform}`]),
    ...plan.secrets.map((id) => `--secret=id=${id},env=${secretVariable(id)}`),
    ...(plan.cacheRepository === undefined
      ? ['--cache=false']
      : ['--cache=true', `--cache-repo=${plan.cacheRepository}`]),
    // One JSON object for each line: see log-line.ts.
    '--log-format=json',
    ...[...defaults.filter((flag) => !chosen.has(flag.name)), ...extra].map((flag: ExecutorFlag) => flag.text),
  ];
}

/** With --no-push kaniko still fills the cache, and checks its permissions for the cache instead of for the destinations. */
function destinations({ push, destinations }: KanikoPlan): string[] {
  return [...destinations.map((name) => `--destination=${name}`), ...(push ? [] : ['--no-push'])];
}

const pairs = (flag: string, values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).map(([name, value]) => `--${flag}=${name}=${value}`);
