/** What the stand-in takes from kaniko's command line. Names and meaning are kaniko's own. */
export interface ExecutorFlags {
  /** `s3://bucket/key` or `dir:///folder`. */
  readonly context: string;
  readonly contextSubPath: string;
  /** Path relative to the context. */
  readonly dockerfile: string;
  readonly destinations: readonly string[];
  /** `NAME=value`; `NAME` alone takes the value of the executor's environment variable. */
  readonly buildArgs: readonly string[];
  readonly labels: readonly string[];
  readonly target: string;
  readonly platform: string;
  /** For `RUN --mount=type=secret`: the value is in the environment variable `env`. */
  readonly secrets: readonly BuildSecret[];
  /** From a registry to the one that is asked first in its place. */
  readonly registryMap: ReadonlyMap<string, string>;
  readonly cache: boolean;
  readonly cacheRepo: string;
  readonly cacheCopyLayers: boolean;
  readonly push: boolean;
}

export interface BuildSecret {
  readonly id: string;
  /** Name of the environment variable with the value. */
  readonly env: string;
}

/** Flags that need a value. */
const VALUED = new Set(
  `annotation build-arg cache-repo cache-ttl compression context context-sub-path credential-helpers custom-platform
   destination dockerfile ignore-path image-download-retry image-fs-extract-retry insecure-registry label log-format
   log-timestamp push-retry registry-map registry-mirror secret skip-tls-verify-registry snapshot-mode target
   verbosity`.split(/\s+/),
);

/** Flags that are on when they are given without a value, or take true or false after `=`. */
const SWITCHES = new Set(
  `cache cache-copy-layers cache-run-layers cleanup compressed-caching force insecure insecure-pull no-push
   reproducible single-snapshot skip-tls-verify skip-tls-verify-pull skip-unused-stages`.split(/\s+/),
);

/**
 * Reads the command line.
 * @throws Error in kaniko's words
 */
export function parseFlags(argv: readonly string[]): ExecutorFlags {
  const given = new Map<string, string[]>();
  for (let at = 0; at < argv.length; at++) {
    const [, name, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(argv[at] ?? '') ?? [];
    if (name === undefined) throw new Error(`unknown command "${argv[at]}" for "executor"`);
    if (!VALUED.has(name) && !SWITCHES.has(name)) throw new Error(`unknown flag: --${name}`);
    const value = inline ?? (SWITCHES.has(name) ? 'true' : argv[++at]);
    if (value === undefined) throw new Error(`flag needs an argument: --${name}`);
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  const all = (name: string) => given.get(name) ?? [];
  const last = (name: string) => all(name).at(-1) ?? '';
  return {
    context: last('context'),
    contextSubPath: last('context-sub-path'),
    dockerfile: last('dockerfile') || 'Dockerfile',
    destinations: all('destination'),
    buildArgs: all('build-arg'),
    labels: all('label'),
    target: last('target'),
    platform: last('custom-platform'),
    secrets: all('secret').map(parseSecret),
    registryMap: new Map(all('registry-map').flatMap(parsePairs)),
    cache: last('cache') === 'true',
    cacheRepo: last('cache-repo'),
    cacheCopyLayers: last('cache-copy-layers') === 'true',
    push: last('no-push') !== 'true',
  };
}

/** @param text `id=X,env=VAR` */
function parseSecret(text: string): BuildSecret {
  const fields = Object.fromEntries(parsePairs(text.replaceAll(',', ';')));
  const id = fields.id ?? '';
  return { id, env: fields.env ?? id };
}

/** @param text `a=b;c=d` */
function parsePairs(text: string): [string, string][] {
  return text.split(';').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}
