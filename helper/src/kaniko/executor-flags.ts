/** A flag of the executor, `--name` or `--name=value`. */
export interface ExecutorFlag {
  name: string;
  /** The whole argument. */
  text: string;
}

/** Only the long form is accepted, so that a forbidden flag cannot be written in another way. */
const LONG = /^--([A-Za-z][A-Za-z0-9-]*)(=|$)/;

/** Reads flags; `['--snapshot-mode', 'redo']` is one flag. Arguments that belong to no flag are returned in `strange`. */
export function readFlags(args: readonly string[]): { flags: ExecutorFlag[]; strange: string[] } {
  const flags: ExecutorFlag[] = [];
  const strange: string[] = [];
  for (const text of args) {
    const name = LONG.exec(text)?.[1];
    const last = flags.at(-1);
    if (name !== undefined) flags.push({ name, text });
    else if (!text.startsWith('-') && last !== undefined && !last.text.includes('=')) last.text += `=${text}`;
    else strange.push(text);
  }
  return { flags, strange };
}

/** True where a boolean flag is on: without a value, or with `=true`. The last occurrence counts. */
export function isFlagOn(args: readonly string[], name: string): boolean {
  const last = readFlags(args).flags.findLast((flag) => flag.name === name);
  // Go's rule for true: https://pkg.go.dev/strconv#ParseBool
  return last !== undefined && /^--[^=]+(=(1|t|T|true|TRUE|True))?$/.test(last.text);
}

const READ_BY_US = 'fargate-ci reads what kaniko prints';
/** Flags that would break what a build promises, each with what to use in its place. */
const FORBIDDEN: ReadonlyMap<string, string> = new Map([
  ...['context', 'context-sub-path', 'bucket', 'git'].map((name) => [name, 'use the parameter context'] as const),
  ['destination', 'use the parameter image'],
  ['dockerfile', 'use the parameter dockerfile'],
  ['build-arg', 'use the parameter buildArgs'],
  ['label', 'use the parameter labels'],
  ['target', 'use the parameter target'],
  ...['custom-platform', 'customPlatform'].map((name) => [name, 'use the parameter platform'] as const),
  ['secret', 'use the parameter secrets'],
  ...['cache', 'cache-repo'].map((name) => [name, 'use the parameter cache'] as const),
  ...['no-push', 'dryrun'].map((name) => [name, 'use the parameter push: false'] as const),
  ...['log-format', 'log-timestamp'].map((name) => [name, READ_BY_US] as const),
  ['kaniko-dir', "the builder's task definition counts on /kaniko"],
  ...['help', 'version'].map((name) => [name, 'it builds nothing'] as const),
]);

/** Everything that is wrong with a user's own flags for kaniko, one sentence for each fault. */
export function kanikoArgsComplaints(args: readonly string[]): string[] {
  const { flags, strange } = readFlags(args);
  const unread = strange.map((text) => `kanikoArgs: "${text}" is not a flag: write --name or --name=value`);
  const complaints = flags.flatMap(({ name, text }) => {
    const instead = FORBIDDEN.get(name);
    if (instead !== undefined) return [`kanikoArgs: --${name} cannot be set there: ${instead}`];
    // Below the level info kaniko does not print the digest.
    if (name === 'verbosity' && !/=(info|debug|trace)$/.test(text)) {
      return [`kanikoArgs: "${text}" is not possible: ${READ_BY_US}; info, debug and trace are`];
    }
    return [];
  });
  return [...unread, ...complaints];
}
