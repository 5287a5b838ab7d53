/**
 * kaniko's fixes and speed-ups that its release 1.28 has behind environment variables. With all of these every image that
 * was tried is what BuildKit makes of the same Dockerfile; without some of them the cache gives layers of other sources.
 * They were tried together, so they are switched on together. Not among them: RUN_VIA_TINI (every RUN fails where the image
 * has no tini), SHARED_BASE_CACHE (downloads the base image of a build that is wholly cached) and CACHE_PROBE_AFTER_MISS
 * (takes it that a RUN always does the same).
 */

/**
 * What a flag is about. cache-key: without it a layer of the cache may be one of other sources, or lack what they say;
 * content: what is in the image; ownership: who owns its files, and as whom a RUN runs; speed: neither.
 */
type Kind = 'cache-key' | 'content' | 'ownership' | 'speed';

/** The flags, each without the FF_KANIKO_ that its variable begins with. */
const FLAGS: readonly (readonly [name: string, kind: Kind])[] = [
  // Values of ARG and ENV in COPY, ADD and WORKDIR, and heredocs, are part of a layer's key.
  ['RESOLVE_CACHE_KEY', 'cache-key'],
  // Different parts of a key can no longer be joined to one text.
  ['ROLLING_CACHE_KEY', 'cache-key'],
  // The same for the names and hashes of a folder's files.
  ['HASH_DIR_FRAMING', 'cache-key'],
  // .dockerignore no longer hides another stage's files from the key of COPY --from.
  ['SCOPED_DOCKERIGNORE', 'cache-key'],
  // A file that a cached stage had removed and made again is not lost.
  ['SKIP_WRITE_WHITEOUTS', 'cache-key'],
  // ARG and ENV in the heredoc of a COPY or ADD.
  ['EXPAND_HEREDOC', 'content'],
  // ADD of an archive leaves mode and owner of the folder that it is unpacked to.
  ['UNTAR_SKIP_ROOT', 'content'],
  ['COPY_AS_ROOT', 'ownership'],
  ['CHOWN_ON_IMPLICIT_DIRS', 'ownership'],
  ['COPY_CHMOD_ON_IMPLICIT_DIRS', 'ownership'],
  ['RUN_HONOR_GROUP', 'ownership'],
  // These three together skip a stage that nobody needs. The first alone ends builds whose RUN does not always do the same.
  ['INFER_CROSS_STAGE_CACHE_KEY', 'speed'],
  ['CACHE_LOOKAHEAD', 'speed'],
  ['SKIP_CACHED_STAGES', 'speed'],
  ['CROSS_REPO_MOUNT', 'speed'],
  ['PRECOMPILE_DOCKERIGNORE', 'speed'],
  ['SKIP_RELABEL_RECOMPRESS', 'speed'],
];

const variableOf = (name: string): string => `FF_KANIKO_${name}`;
const variables = (...kinds: readonly Kind[]): readonly string[] =>
  FLAGS.filter(([, kind]) => kinds.length === 0 || kinds.includes(kind)).map(([name]) => variableOf(name));

/** The variables of all flags that a build switches on. */
export const FLAG_VARIABLES = variables();
/** Those without which the layer cache cannot be trusted. */
export const CACHE_KEY_VARIABLES = variables('cache-key');
const OWNERSHIP: ReadonlySet<string> = new Set(variables('ownership'));
const KNOWN: ReadonlySet<string> = new Set(FLAG_VARIABLES);

/** What a container sets by itself, as its task definition has it. */
export interface ContainerVariables {
  readonly environment?: readonly { name?: string | undefined; value?: string | undefined }[] | undefined;
  /** Variables whose values ECS takes from secrets. */
  readonly secrets?: readonly { name?: string | undefined }[] | undefined;
}

/** True where kaniko takes a variable's value as on: https://pkg.go.dev/strconv#ParseBool */
const isOn = (value: string | undefined): boolean => /^(?:1|t|T|true|TRUE|True)$/.test(value ?? '');

/** What has to be added to a container, so that all flags are on. */
export interface FlagsToSet {
  readonly variables: Readonly<Record<string, string>>;
  /** Some of them are secrets in the task definition: ECS refuses an override of such a variable. */
  readonly areSecrets: boolean;
}

/**
 * The flags that a container does not carry. Those on ownership stay as it sets them, whatever that is: images may count on
 * it. All others are on in any case.
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

/** What kaniko says of its flags before it begins. */
export interface FlagReport {
  /** The variables that its first line names as active; undefined without such a line. */
  active: ReadonlySet<string> | undefined;
  /** Variables that were set and that it does not know. */
  unknown: ReadonlySet<string>;
}

// https://github.com/osscontainertools/kaniko/blob/v1.28.3/pkg/config/featureflags.go: since 1.28.1, as the very first lines.
const ACTIVE = 'active feature flags: ';
const UNKNOWN = 'unknown feature flags set but not recognised by this version of kaniko: ';

/** What a message of kaniko adds to a report; undefined for one that is about something else. */
export function readFlagReport(message: string): Partial<FlagReport> | undefined {
  if (message.startsWith(ACTIVE)) return { active: namesIn(message.slice(ACTIVE.length)) };
  return message.startsWith(UNKNOWN) ? { unknown: namesIn(message.slice(UNKNOWN.length)) } : undefined;
}

const namesIn = (list: string): ReadonlySet<string> => new Set(list.split(', '));

/** True for kaniko's warning that it does not know some variables where nobody but us has set them. */
export function isAboutOurFlags(message: string): boolean {
  const unknown = readFlagReport(message)?.unknown;
  return unknown !== undefined && [...unknown].every((name) => KNOWN.has(name));
}

/**
 * Whether the layer cache of a build can be trusted, as a sentence that warns; undefined where it can.
 * @param image kaniko's, as the task definition names it
 */
export function cacheWarning({ active, unknown }: FlagReport, image: string): string | undefined {
  // 1.28.1 knows them all. A flag that a later release no longer knows is on in it for good:
  // https://github.com/osscontainertools/kaniko/blob/v1.28.3/docs/releases.md
  const isPast = (name: string): boolean => isLater(image) && active !== undefined && unknown.has(name);
  const off = CACHE_KEY_VARIABLES.filter((name) => !active?.has(name) && !isPast(name));
  if (off.length === 0) return undefined;
  const version = versionOf(image)?.join('.');
  const who = `kaniko${version === undefined ? '' : ` ${version}`}${image === '' ? '' : ` (${image})`}`;
  const why =
    active === undefined
      ? 'does not say that the fixes of its cache are on, as 1.28.1 and later do'
      : `has not switched on ${off.join(', ')}`;
  return `layers from the cache may be those of other sources: ${who} ${why}. A changed heredoc, ARG, ENV or .dockerignore may not show in the image. Use kaniko 1.28.3 (KanikoImage of the builder stack), or build with cache: false`;
}

/** The version in the tag of kaniko's image, e.g. [1, 28, 3]; undefined where there is none. */
export function versionOf(image: string): readonly number[] | undefined {
  const digits = /:v?(\d+(?:\.\d+){1,2})(?![\d.])[^/:@]*(?:@[^/]*)?$/.exec(image)?.[1];
  return digits?.split('.').map(Number);
}

/** The release that this set of flags is of. */
const RELEASE = [1, 28] as const;

/** True for a minor release after the one that the flags are of. */
function isLater(image: string): boolean {
  const [major = 0, minor = 0] = versionOf(image) ?? [];
  return major > RELEASE[0] || (major === RELEASE[0] && minor > RELEASE[1]);
}

/** True for a release before the one that the flags are of: it takes the variables and does nothing. */
export function isTooOld(image: string): boolean {
  const [major, minor = 0] = versionOf(image) ?? [];
  return major !== undefined && (major < RELEASE[0] || (major === RELEASE[0] && minor < RELEASE[1]));
}
