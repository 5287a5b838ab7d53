import yargs, { type Argv } from 'yargs';
import { addFlags, readParameterFlags } from './command-flags.ts';
import { commandLineFailure } from './command-line-failure.ts';
import { findCommand, helpOfGroup, joinCommand, joinWords, splitWords, unknownCommand } from './command-words.ts';
import type { CommandDeclaration, Commands } from './program.ts';
import type { ParsedCommandLine } from './step-command-line.ts';

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

/** yargs without commands. With them it renders the help of a command's flags at each call, which takes some milliseconds. */
function parserWithoutCommands(version: string): Argv {
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

function parserWithCommands(version: string, commands: Commands): Argv {
  const program = parserWithoutCommands(version);
  for (const [name, { summary, schema, example }] of Object.entries(commands)) {
    program.command(joinWords(name), summary, (command) => addFlags(command, schema).example(example, ''));
  }
  return program;
}

/**
 * Reads a command line.
 * @throws Failure `usage` where it names no command, or a flag lacks its value
 */
export function parseCommandLine(argv: readonly string[], version: string, commands: Commands): ParsedCommandLine {
  const groupHelp = helpOfGroup(argv[0], commands);
  if (groupHelp !== undefined && (argv.length === 1 || ['--help', '-h', 'help'].includes(argv[1] ?? '')))
    return { kind: 'text', text: groupHelp };
  refuseInheritedNames(argv);
  let output = '';
  let problem: unknown;
  const words = joinCommand(argv, commands);
  const called = findCommand(words[0], commands);
  const program =
    called && !words.some(asksForText)
      ? addFlags(parserWithoutCommands(version), called[1].schema)
      : parserWithCommands(version, commands);
  const parsed = program.parse(words, (error: unknown, _argv: unknown, text: string) => {
    problem = error;
    output = text;
  });
  if (problem) throw commandLineFailure(problem instanceof Error ? problem.message : String(problem));
  if (parsed instanceof Promise) throw new TypeError('yargs parsed asynchronously');
  if (output) return { kind: 'text', text: splitWords(output, commands) };
  const [first, ...rest] = parsed._.map(String);
  if (first === undefined) throw commandLineFailure('no command given');
  const found = findCommand(first, commands);
  if (found === undefined) throw unknownCommand(first, Object.keys(commands));
  const [command, declaration] = found;
  const values = withPositional(parsed, declaration, command, rest);
  return { kind: 'run', command, ...readParameterFlags(values, declaration.schema) };
}

const asksForText = (word: string): boolean => /^(-[A-Za-z]*h[A-Za-z]*|--help|--version)(=|$)/.test(word);

function withPositional(
  parsed: Readonly<Record<string, unknown>>,
  { positional }: CommandDeclaration,
  command: string,
  rest: readonly string[],
): Readonly<Record<string, unknown>> {
  const [value, ...more] = positional === undefined ? [undefined, ...rest] : rest;
  if (more.length > 0)
    throw commandLineFailure(`"${more.join(' ')}" is not expected after "${command}": parameters are flags`);
  if (positional === undefined || value === undefined) return parsed;
  if (parsed[positional] !== undefined) throw commandLineFailure(`the ${positional} of "${command}" is given twice`);
  return { ...parsed, [positional]: value };
}

/** yargs fails on a flag that has the name of something that every object inherits, for instance `--toString`. */
function refuseInheritedNames(argv: readonly string[]): void {
  const name = argv.map((word) => /^--(?:no-)?([^=]+)/.exec(word)?.[1]).find((flag) => flag && flag in {});
  if (name) throw commandLineFailure(`there is no parameter "${name}"`);
}
