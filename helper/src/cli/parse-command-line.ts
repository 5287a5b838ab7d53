import yargs, { type Argv, type Options } from 'yargs';
import { Failure } from '../failure.ts';
import { type AnyParameter, defaultText, helpText, type Schema } from '../parameters/schema.ts';
import { kebab } from '../settings/catalogue.ts';
import { nearestOf } from '../text/nearest-name.ts';
import type { Invocation } from './invocation.ts';
import type { CommandDeclaration, Commands } from './program.ts';

/** Flags of the program itself; everything else is a parameter of the command. */
const PROGRAM_FLAGS: Record<string, Options> = {
  params: { type: 'string', requiresArg: true, describe: 'JSON file with parameters; flags win over it' },
  result: { type: 'string', requiresArg: true, describe: 'File that gets the result as JSON, on failure too' },
  'dry-run': { type: 'boolean', describe: 'Print the plan and where each setting comes from; change nothing' },
};

/** Flags are taken as they are written: no guessing of numbers, no dots as paths, no greedy lists. */
const PARSING = {
  'camel-case-expansion': false,
  'dot-notation': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'greedy-arrays': false,
  'strip-aliased': true,
  'unknown-options-as-args': false,
} as const;

const MAPS = new Set(['map', 'changes']);
const REPEATED = new Set(['list', 'names', 'images', ...MAPS]);

function describe(parameter: AnyParameter): string {
  const what = MAPS.has(parameter.type)
    ? ' NAME=VALUE; repeatable.'
    : REPEATED.has(parameter.type)
      ? ' Repeatable.'
      : '';
  const fallback = defaultText(parameter);
  return `${helpText(parameter)}${what}${parameter.required ? ' [required]' : ''}${fallback ? ` [default: ${fallback}]` : ''}`;
}

function optionOf(name: string, parameter: AnyParameter): Options {
  return {
    describe: describe(parameter),
    type: parameter.type === 'flag' ? 'boolean' : 'string',
    ...(REPEATED.has(parameter.type) ? { array: true, requiresArg: true } : {}),
    ...(['text', 'number', 'image'].includes(parameter.type) ? { requiresArg: true } : {}),
    ...(name === 'verbose' ? { alias: 'v' } : {}),
    ...(parameter.internal ? { hidden: true } : {}),
  };
}

function withOptions(command: Argv, schema: Schema): Argv {
  for (const [name, parameter] of Object.entries(schema)) command.option(kebab(name), optionOf(name, parameter));
  return command.options(PROGRAM_FLAGS).group(Object.keys(PROGRAM_FLAGS), 'Running:').epilogue(EPILOGUE);
}

const EPILOGUE =
  'Exit status: 0 done; 2 usage; 10 the build failed; 11 registry; 12 platform; 13 timed out; 20 the deployment failed; 21 superseded; 30 AWS; 70 a defect of fargate-ci; 128+n ended by signal n.';

/** yargs knows commands of one word: two travel joined. */
const joined = (name: string): string => name.replace(' ', '-');

/** yargs without any command: it would render the help of a command's flags each time that command is called. */
function flags(version: string): Argv {
  return yargs()
    .scriptName('fargate-ci')
    .usage('$0 <command> [flags]')
    .version(version)
    .help()
    .alias('help', 'h')
    .wrap(100)
    .parserConfiguration(PARSING)
    .exitProcess(false)
    .demandCommand(0);
}

function parser(version: string, commands: Commands): Argv {
  const program = flags(version);
  for (const [name, { summary, schema, example }] of Object.entries(commands)) {
    program.command(joined(name), summary, (command) => withOptions(command, schema).example(example, ''));
  }
  return program;
}

/**
 * Reads a command line.
 * @throws Failure `usage` where it names no command, or a flag lacks its value
 */
export function parseCommandLine(argv: readonly string[], version: string, commands: Commands): Invocation {
  const group = commandGroup(argv[0], commands);
  if (group !== undefined && (argv.length === 1 || ['--help', '-h', 'help'].includes(argv[1] ?? '')))
    return { kind: 'text', text: group };
  refuseInherited(argv);
  let output = '';
  let problem: unknown;
  const words = joinCommand(argv, commands);
  const called = find(words[0], commands);
  const program =
    called && !words.some(asksForText) ? withOptions(flags(version), called[1].schema) : parser(version, commands);
  const parsed = program.parse(words, (error: unknown, _argv: unknown, text: string) => {
    problem = error;
    output = text;
  });
  if (problem) throw usage(problem instanceof Error ? problem.message : String(problem));
  if (parsed instanceof Promise) throw new TypeError('yargs parsed asynchronously');
  if (output) return { kind: 'text', text: separate(output, commands) };
  const [first, ...rest] = parsed._.map(String);
  if (first === undefined) throw usage('no command given');
  const named = find(first, commands);
  if (named === undefined) throw unknown(first, Object.keys(commands));
  const [command, declared] = named;
  return { kind: 'run', command, ...readFlags(withPositional(parsed, declared, command, rest), declared.schema) };
}

const find = (word: string | undefined, commands: Commands) =>
  Object.entries(commands).find(([name]) => joined(name) === word);

const asksForText = (word: string): boolean => /^(-[A-Za-z]*h[A-Za-z]*|--help|--version)(=|$)/.test(word);

/** What there is below a word that begins several commands: `infra`. Undefined for any other. */
function commandGroup(word: string | undefined, commands: Commands): string | undefined {
  const under = Object.entries(commands).filter(([name]) => name.startsWith(`${word} `));
  if (under.length === 0) return undefined;
  const lines = under.map(([name, { summary, positional }]) => {
    const full = `${name}${positional === undefined ? '' : ` ${positional.toUpperCase()}`}`;
    return `  fargate-ci ${full.padEnd(22)}  ${summary}`;
  });
  const [, first] = under.map(([, { example }]) => example);
  return [
    `fargate-ci ${word} COMMAND [flags]`,
    '',
    ...lines,
    '',
    `fargate-ci ${word} COMMAND --help shows the flags of one; docs/${word}.md tells the whole.`,
    `For instance: ${first ?? under[0]?.[1].example}`,
  ].join('\n');
}

/** `infra up` becomes `infra-up`; `infra` with another word is told what there is. */
function joinCommand(argv: readonly string[], commands: Commands): string[] {
  const [first = '', second, ...rest] = argv;
  const under = Object.keys(commands).filter((name) => name.startsWith(`${first} `));
  if (under.length === 0) return [...argv];
  const name = `${first} ${second}`;
  if (under.includes(name)) return [joined(name), ...rest];
  throw unknown(name, under);
}

/** Help as people type the commands; as long as before, so that its columns stay. */
const separate = (text: string, commands: Commands): string =>
  Object.keys(commands).reduce((done, name) => done.replaceAll(joined(name), name), text);

function unknown(command: string, names: readonly string[]): Failure {
  const near = nearestOf(command, names);
  return usage(`there is no command "${command}"${near ? `; did you mean "${near}"?` : ''}`);
}

function withPositional(
  parsed: Readonly<Record<string, unknown>>,
  { positional }: CommandDeclaration,
  command: string,
  rest: readonly string[],
): Readonly<Record<string, unknown>> {
  const [value, ...more] = positional === undefined ? [undefined, ...rest] : rest;
  if (more.length > 0) throw usage(`"${more.join(' ')}" is not expected after "${command}": parameters are flags`);
  if (positional === undefined || value === undefined) return parsed;
  if (parsed[positional] !== undefined) throw usage(`the ${positional} of "${command}" is given twice`);
  return { ...parsed, [positional]: value };
}

/** yargs stumbles over flags that are named like what every object inherits. */
function refuseInherited(argv: readonly string[]): void {
  const name = argv.map((word) => /^--(?:no-)?([^=]+)/.exec(word)?.[1]).find((flag) => flag && flag in {});
  if (name) throw usage(`there is no parameter "${name}"`);
}

const usage = (message: string): Failure =>
  new Failure('usage', message.replaceAll('\n', ' '), {
    hint: `${/^Not enough arguments/.test(message) ? 'write a value that begins with a dash as --flag=VALUE; ' : ''}fargate-ci --help lists the commands, fargate-ci build --help the flags of one`,
  });

function readFlags(parsed: Readonly<Record<string, unknown>>, schema: Schema) {
  const given: Record<string, unknown> = {};
  const names = new Map(Object.keys(schema).map((name) => [kebab(name), name]));
  for (const [flag, value] of Object.entries(parsed)) {
    if (flag === '_' || flag === '$0' || Object.hasOwn(PROGRAM_FLAGS, flag) || value === undefined) continue;
    const name = names.get(flag) ?? flag;
    const parameter = schema[name];
    given[name] = parameter === undefined ? value : fromFlag(flag, value, parameter);
  }
  const file = (name: string): string | undefined => {
    const value = parsed[name];
    if (Array.isArray(value)) throw usage(`--${name} is given twice`);
    return typeof value === 'string' ? value : undefined;
  };
  return { given, paramsFile: file('params'), resultFile: file('result'), dryRun: parsed['dry-run'] === true };
}

function fromFlag(flag: string, value: unknown, parameter: AnyParameter): unknown {
  if (Array.isArray(value) && !REPEATED.has(parameter.type)) throw usage(`--${flag} is given twice`);
  if (parameter.type === 'choice') return value === '' || value === 'true' ? true : value === 'false' ? false : value;
  if (!MAPS.has(parameter.type) || !Array.isArray(value)) return value;
  return Object.fromEntries(
    value.map(String).map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw usage(`--${flag} ${pair}: write NAME=VALUE`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
