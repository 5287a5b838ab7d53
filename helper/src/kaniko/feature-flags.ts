// Fixes and speed-ups of kaniko 1.28 that are off unless an environment variable switches them on. With all flags below, every
// image that we compared equals BuildKit's image of the same Dockerfile; without some of them the cache gives layers of other
// sources. We tested them together, so we switch them on together. Left out on purpose: RUN_VIA_TINI (every RUN fails in an
// image without tini), SHARED_BASE_CACHE (downloads the base image even where every layer is cached) and
// CACHE_PROBE_AFTER_MISS (assumes that a RUN always has the same result).

/**
 * What a flag changes. `cache-key`: without it the cache may give a layer of other sources, or an incomplete one; `content`:
 * the image's content; `ownership`: who owns its files, and the user of a RUN; `speed`: only the speed.
 */
type FlagKind = 'cache-key' | 'content' | 'ownership' | 'speed';

/** The flags. A flag's variable is its name with FF_KANIKO_ before it. */
const FLAGS: readonly (readonly [name: string, kind: FlagKind])[] = [
  // The key of a layer includes heredocs, and the values of ARG and ENV in COPY, ADD and WORKDIR.
  ['RESOLVE_CACHE_KEY', 'cache-key'],
  // Different parts of a key can no longer give the same joined text.
  ['ROLLING_CACHE_KEY', 'cache-key'],
  // The same, for the names and hashes of the files in a folder.
  ['HASH_DIR_FRAMING', 'cache-key'],
  // .dockerignore no longer takes files of another stage out of the key of COPY --from.
  ['SCOPED_DOCKERIGNORE', 'cache-key'],
  // A file that a cached stage deleted and created again is not lost.
  ['SKIP_WRITE_WHITEOUTS', 'cache-key'],
  // Variables in the heredoc of a COPY or ADD are replaced.
  ['EXPAND_HEREDOC', 'content'],
  // ADD of an archive does not change mode and owner of the folder that it is unpacked into.
  ['UNTAR_SKIP_ROOT', 'content'],
  ['COPY_AS_ROOT', 'ownership'],
  ['CHOWN_ON_IMPLICIT_DIRS', 'ownership'],
  ['COPY_CHMOD_ON_IMPLICIT_DIRS', 'ownership'],
  ['RUN_HONOR_GROUP', 'ownership'],
  // These three together skip a stage that is not needed. The first one alone breaks builds with a RUN whose result varies.
  ['INFER_CROSS_STAGE_CACHE_KEY', 'speed'],
  ['CACHE_LOOKAHEAD', 'speed'],
  ['SKIP_CACHED_STAGES', 'speed'],
  ['CROSS_REPO_MOUNT', 'speed'],
  ['PRECOMPILE_DOCKERIGNORE', 'speed'],
  ['SKIP_RELABEL_RECOMPRESS', 'speed'],
];

const variableOf = (name: string): string => `FF_KANIKO_${name}`;
const variables = (...kinds: readonly FlagKind[]): readonly string[] =>
  FLAGS.filter(([, kind]) => kinds.length === 0 || kinds.includes(kind)).map(([name]) => variableOf(name));

/** The variables of all flags that a build switches on. */
export const FLAG_VARIABLES = variables();
/** The variables without which the layer cache cannot be trusted. */
export const CACHE_KEY_VARIABLES = variables('cache-key');
const OWNERSHIP: ReadonlySet<string> = new Set(variables('ownership'));
const OUR_VARIABLES: ReadonlySet<string> = new Set(FLAG_VARIABLES);

/** The variables of a container in its task definition. */
interface ContainerVariables {
  readonly environment?: readonly { name?: string | undefined; value?: string | undefined }[] | undefined;
  /** Variables whose values ECS takes from secrets. */
  readonly secrets?: readonly { name?: string | undefined }[] | undefined;
}

/** True where kaniko reads a variable's value as true: https://pkg.go.dev/strconv#ParseBool */
const isOn = (value: string | undefined): boolean => /^(?:1|t|T|true|TRUE|True)$/.test(value ?? '');

/** What a container needs in addition, so that all flags are on. */
interface FlagsToSet {
  readonly variables: Readonly<Record<string, string>>;
  /** True where the task definition takes one of them from a secret: ECS refuses to override such a variable. */
  readonly areSecrets: boolean;
}

/**
 * The flags that a container lacks. A flag about ownership keeps the value that the task definition sets, because images may
 * depend on it. All other flags are switched on in any case.
 */
export function flagsToSet({ environment = [], secrets = [] }: ContainerVariables): FlagsToSet {
  const plain = new Map(environment.map(({ name = '', value }) => [name, value]));
  const secret = new Set(secrets.map(({ name = '' }) => name));
  const missing = FLAG_VARIABLES.filter((name) =>
    OWNERSHIP.has(name) ? !plain.has(name) && !secret.has(name) : secret.has(name) || !isOn(plain.get(name)),
  );
  return {
    variables: Object.fromEntries(missing.map((name) => [name, 'true'])),
    areSecrets: missing.some((name) => secret.has(name)),
  };
}

/** What kaniko says about its flags before it begins. */
export interface FlagReport {
  /** The variables that its first line names as active; undefined where there is no such line. */
  active: ReadonlySet<string> | undefined;
  /** Variables that are set and that this kaniko does not know. */
  unknown: ReadonlySet<string>;
}

// https://github.com/osscontainertools/kaniko/blob/v1.28.3/pkg/config/featureflags.go: 1.28.1 and later print these as their very first lines.
const ACTIVE = 'active feature flags: ';
const UNKNOWN = 'unknown feature flags set but not recognised by this version of kaniko: ';

/** Reads a message of kaniko about its flags; undefined for a message about anything else. */
export function readFlagReport(message: string): Partial<FlagReport> | undefined {
  if (message.startsWith(ACTIVE)) return { active: namesIn(message.slice(ACTIVE.length)) };
  return message.startsWith(UNKNOWN) ? { unknown: namesIn(message.slice(UNKNOWN.length)) } : undefined;
}

const namesIn = (list: string): ReadonlySet<string> => new Set(list.split(', '));

/** True for kaniko's warning about variables that it does not know, where all of them are ours. */
export function isAboutOurFlags(message: string): boolean {
  const unknown = readFlagReport(message)?.unknown;
  return unknown !== undefined && [...unknown].every((name) => OUR_VARIABLES.has(name));
}

/**
 * A warning where the layer cache of a build cannot be trusted; undefined where it can.
 * @param image kaniko's image in the task definition
 */
export function cacheWarning({ active, unknown }: FlagReport, image: string): string | undefined {
  // 1.28.1 knows all these flags. Where a later release does not know one any more, its fix is always on:
  // https://github.com/osscontainertools/kaniko/blob/v1.28.3/docs/releases.md
  const isAlwaysOn = (name: string): boolean => isLater(image) && active !== undefined && unknown.has(name);
  const off = CACHE_KEY_VARIABLES.filter((name) => !active?.has(name) && !isAlwaysOn(name));
  if (off.length === 0) return undefined;
  const version = versionOf(image)?.join('.');
  const who = `kaniko${version === undefined ? '' : ` ${version}`}${image === '' ? '' : ` (${image})`}`;
  const why =
    active === undefined
      ? 'does not say that the fixes of its cache are on, as 1.28.1 and later do'
      : `has not switched on ${off.join(', ')}`;
  return `layers from the cache may be those of other sources: ${who} ${why}. A changed heredoc, ARG, ENV or .dockerignore may not show in the image. Use kaniko 1.28.3 (KanikoImage of the builder stack), or build with cache: false`;
}

/** The version in the tag of kaniko's image, e.g. [1, 28, 3]; undefined where the tag has none. */
export function versionOf(image: string): readonly number[] | undefined {
  const digits = /:v?(\d+(?:\.\d+){1,2})(?![\d.])[^/:@]*(?:@[^/]*)?$/.exec(image)?.[1];
  return digits?.split('.').map(Number);
}

/** The release of kaniko that this set of flags belongs to. */
const RELEASE = [1, 28] as const;

/** True for a later minor release than that of the flags. */
function isLater(image: string): boolean {
  const [major = 0, minor = 0] = versionOf(image) ?? [];
  return major > RELEASE[0] || (major === RELEASE[0] && minor > RELEASE[1]);
}

/** True for an earlier minor release than that of the flags: it ignores the variables silently. */
export function isTooOld(image: string): boolean {
  const [major, minor = 0] = versionOf(image) ?? [];
  return major !== undefined && (major < RELEASE[0] || (major === RELEASE[0] && minor < RELEASE[1]));
}
