/**
 * What the stand-in takes from kaniko's command line. Names and meaning are kaniko's.
 * @typedef {object} Flags
 * @property {string} context s3://bucket/key, or dir:///folder
 * @property {string} contextSubPath
 * @property {string} dockerfile relative to the context
 * @property {string[]} destinations
 * @property {string[]} buildArgs NAME=value, or NAME alone: the executor's own variable
 * @property {string[]} labels
 * @property {string} target
 * @property {string} platform
 * @property {{ id: string, env: string }[]} secrets
 * @property {Map<string, string>} registryMap registry -> the one asked in its place
 * @property {boolean} cache
 * @property {string} cacheRepo
 * @property {boolean} cacheCopyLayers
 * @property {boolean} push
 */

/** Flags with a value. */
const VALUED = new Set(
  `annotation build-arg cache-repo cache-ttl compression context context-sub-path credential-helpers custom-platform
   destination dockerfile ignore-path image-download-retry image-fs-extract-retry insecure-registry label log-format
   log-timestamp push-retry registry-map registry-mirror secret skip-tls-verify-registry snapshot-mode target
   verbosity`.split(/\s+/),
);

/** Flags that are on when named, or take true or false after `=`. */
const SWITCHES = new Set(
  `cache cache-copy-layers cache-run-layers cleanup compressed-caching force insecure insecure-pull no-push
   reproducible single-snapshot skip-tls-verify skip-tls-verify-pull skip-unused-stages`.split(/\s+/),
);

/**
 * @param {readonly string[]} argv
 * @returns {Flags}
 * @throws {Error} worded as kaniko words it
 */
export function parseFlags(argv) {
  /** @type {Map<string, string[]>} */
  const given = new Map();
  for (let at = 0; at < argv.length; at++) {
    const [, name, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(argv[at] ?? '') ?? [];
    if (name === undefined) throw new Error(`unknown command "${argv[at]}" for "executor"`);
    if (!VALUED.has(name) && !SWITCHES.has(name)) throw new Error(`unknown flag: --${name}`);
    const value = inline ?? (SWITCHES.has(name) ? 'true' : argv[++at]);
    if (value === undefined) throw new Error(`flag needs an argument: --${name}`);
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  const all = (/** @type {string} */ name) => given.get(name) ?? [];
  const last = (/** @type {string} */ name) => all(name).at(-1) ?? '';
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

/** @param {string} text id=X,env=VAR */
function parseSecret(text) {
  const fields = Object.fromEntries(parsePairs(text.replaceAll(',', ';')));
  const id = fields.id ?? '';
  return { id, env: fields.env ?? id };
}

/**
 * @param {string} text a=b;c=d
 * @returns {[string, string][]}
 */
function parsePairs(text) {
  return text.split(';').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}
