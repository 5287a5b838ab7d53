import { info, warn } from './kaniko-log.ts';

/**
 * The feature flags of kaniko 1.28.3 in the order of its source, without `FF_KANIKO_`. `+` marks those on by default.
 */
const KNOWN =
  `+BUILDKIT_ARG_ENV_PRECEDENCE CACHE_LOOKAHEAD CACHE_PROBE_AFTER_MISS CHOWN_ON_IMPLICIT_DIRS +CLEAN_KANIKO_DIR
  COPY_AS_ROOT COPY_CHMOD_ON_IMPLICIT_DIRS CROSS_REPO_MOUNT +DEPRECATE_INTER_STAGE_RESTORE DISABLE_HTTP2 EXPAND_HEREDOC
  HASH_DIR_FRAMING IGNORE_CACHED_MANIFEST INFER_CROSS_STAGE_CACHE_KEY +NO_PROPAGATE_ANNOTATIONS OCI_SCRATCH_BASE
  +OCI_WARMER PRECOMPILE_DOCKERIGNORE +PRESERVE_HARDLINKS +RELATIVE_LINK_TARGETS +PRESERVE_MOUNTED_PATHS
  REPRODUCIBLE_PRESERVE_BASE_LAYERS RESOLVE_CACHE_KEY ROLLING_CACHE_KEY RUN_HONOR_GROUP +RUN_MOUNT_BIND RUN_VIA_TINI
  SCOPED_DOCKERIGNORE +SECUREJOIN_EXTRACTION SHARED_BASE_CACHE SKIP_CACHED_STAGES SKIP_RELABEL_RECOMPRESS
  SKIP_WRITE_WHITEOUTS UNTAR_SKIP_ROOT +VOLUME_SKIP_MKDIR +WARMER_CACHE_LOCK`
    .trim()
    .split(/\s+/)
    .map((word) => ({ name: word.replace('+', ''), on: word.startsWith('+') }));

const PREFIX = 'FF_KANIKO_';

/** The words that Go's strconv.ParseBool accepts. */
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

export interface Features {
  /** The flags that are on, without `FF_KANIKO_`. */
  readonly active: ReadonlySet<string>;
  /** Variables that switch on what is on by default. */
  readonly redundant: readonly string[];
  /** Variables that switch off what is on by default. */
  readonly disabled: readonly string[];
  /** Variables that name no flag of kaniko. */
  readonly unknown: readonly string[];
}

/** Reads the feature flags from environment variables. */
export function readFeatures(environment: Record<string, string | undefined>): Features {
  const isOn = ({ name, on }: { name: string; on: boolean }) => {
    const value = environment[PREFIX + name] ?? '';
    return TRUE.has(value) || (on && !FALSE.has(value));
  };
  const names = new Set(KNOWN.map(({ name }) => PREFIX + name));
  const set = KNOWN.filter(({ name, on }) => on && environment[PREFIX + name] !== undefined);
  return {
    active: new Set(KNOWN.filter(isOn).map(({ name }) => name)),
    redundant: set.filter(isOn).map(({ name }) => PREFIX + name),
    disabled: set.filter((flag) => !isOn(flag)).map(({ name }) => PREFIX + name),
    unknown: Object.keys(environment).filter((name) => name.startsWith(PREFIX) && !names.has(name)),
  };
}

/** Prints the lines about feature flags with which kaniko begins. */
export function logFeatures({ active, redundant, disabled, unknown }: Features): void {
  const list = (names: Iterable<string>) => [...names].join(', ');
  if (active.size > 0) info(`active feature flags: ${list([...active].map((name) => PREFIX + name))}`);
  if (redundant.length > 0)
    info(`feature flags enabled by default, setting them explicitly is no longer necessary: ${list(redundant)}`);
  if (disabled.length > 0)
    warn(`feature flags explicitly disabled, please create an issue for your use-case: ${list(disabled)}`);
  if (unknown.length > 0)
    warn(`unknown feature flags set but not recognised by this version of kaniko: ${list(unknown)}`);
}
