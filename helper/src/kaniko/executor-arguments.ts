import { type ExecutorFlag, readFlags } from './executor-flags.ts';

/** What kaniko is to do. */
export interface KanikoPlan {
  /** `s3://bucket/key` of the context, and the folder in it that holds the files. */
  context: string;
  contextSubPath: string;
  /** Relative to that folder. */
  dockerfile: string;
  /** Where the image goes, `registry/repository:tag`, at least one. */
  destinations: readonly string[];
  buildArgs: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  target: string | undefined;
  /** `linux/arm64` and the like. */
  platform: string | undefined;
  /** Ids for `RUN --mount=type=secret`; the task definition has their values under secretVariable(id). */
  secrets: readonly string[];
  /** Repository of the layer cache; undefined for no cache. */
  cacheRepository: string | undefined;
  push: boolean;
  /** The user's own flags, checked by checkKanikoArgs. They win over the defaults below. */
  extra: readonly string[];
}

/** Why: without --force kaniko can fail to see that it runs in a container on Fargate; uncompressed caching keeps its
 * memory flat; retries are 0 unless given. */
const DEFAULTS: readonly string[] = [
  '--force',
  '--credential-helpers=env',
  '--credential-helpers=ecr',
  '--push-retry=3',
  '--image-download-retry=3',
  '--image-fs-extract-retry=3',
];
const CACHE_DEFAULTS: readonly string[] = ['--cache-copy-layers', '--compressed-caching=false'];

/**
 * The name of the variable that holds a build secret in the task. Every id has its own: what a variable's name cannot
 * have is written as `_` and its hexadecimal code.
 */
export function secretVariable(id: string): string {
  const safe = id.replace(/[^A-Za-z0-9]/gu, (one) => `_${(one.codePointAt(0) ?? 0).toString(16)}_`);
  return `BUILD_SECRET_${safe}`;
}

/** What is wrong with build secrets (id -> name): kaniko reads the ids from a comma-separated list. */
export function secretComplaints(secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([id, name]) => {
    const bad = `secrets: ${JSON.stringify(id)} is not an id: use letters, digits, ".", "_" and "-", a letter or digit first`;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) return [bad];
    return name.trim() === '' ? [`secrets: ${id} has no name of a secret`] : [];
  });
}

/** What is wrong with the names of build args and labels: kaniko cuts `NAME=VALUE` at the first equals sign. */
export function pairComplaints(maps: Readonly<Record<string, Readonly<Record<string, string>>>>): string[] {
  return Object.entries(maps).flatMap(([parameter, pairs]) =>
    Object.keys(pairs)
      .filter((name) => name === '' || name.includes('='))
      .map((name) => `${parameter}: ${JSON.stringify(name)} is not a name: it must neither be empty nor contain "="`),
  );
}

/** The executor's arguments. The user's own come last, in place of a default of the same name. */
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
    // The log is read line by line.
    '--log-format=json',
    ...[...defaults.filter((flag) => !chosen.has(flag.name)), ...extra].map((flag: ExecutorFlag) => flag.text),
  ];
}

/** With --no-push kaniko still fills the cache, and checks its rights there instead of at the destinations. */
function destinations({ push, destinations }: KanikoPlan): string[] {
  return [...destinations.map((name) => `--destination=${name}`), ...(push ? [] : ['--no-push'])];
}

const pairs = (flag: string, values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).map(([name, value]) => `--${flag}=${name}=${value}`);
