import type { Failure } from '../failure.ts';
import { nearestName } from '../text/nearest-name.ts';
import { commandLineFailure } from './command-line-failure.ts';
import type { CommandDeclaration, Commands } from './program.ts';

// A command's name has one word or two: `build`, `infra up`. yargs knows commands of one word only, so two words are joined
// before it reads them, and taken apart again in the help that it prints.

/** A command's name as yargs gets it: `infra-up`. */
export const joinWords = (name: string): string => name.replace(' ', '-');

/** The command that yargs knows by this word. */
export const findCommand = (
  word: string | undefined,
  commands: Commands,
): [name: string, declaration: CommandDeclaration] | undefined =>
  Object.entries(commands).find(([name]) => joinWords(name) === word);

/** yargs' help with the commands as people type them. A space replaces a dash, so its columns stay. */
export const splitWords = (help: string, commands: Commands): string =>
  Object.keys(commands).reduce((text, name) => text.replaceAll(joinWords(name), name), help);

/**
 * Joins the two words of a command: `infra up` becomes `infra-up`.
 * @throws Failure `usage` where the first word begins commands, and the second one ends none of them
 */
export function joinCommand(argv: readonly string[], commands: Commands): string[] {
  const [first = '', second, ...rest] = argv;
  const inGroup = Object.keys(commands).filter((name) => name.startsWith(`${first} `));
  if (inGroup.length === 0) return [...argv];
  const name = `${first} ${second}`;
  if (inGroup.includes(name)) return [joinWords(name), ...rest];
  throw unknownCommand(name, inGroup);
}

/** Help for a word that begins several commands: `infra`. Undefined for any other word. */
export function helpOfGroup(word: string | undefined, commands: Commands): string | undefined {
  const inGroup = Object.entries(commands).filter(([name]) => name.startsWith(`${word} `));
  if (inGroup.length === 0) return undefined;
  const lines = inGroup.map(([name, { summary, positional }]) => {
    const words = `${name}${positional === undefined ? '' : ` ${positional.toUpperCase()}`}`;
    return `  fargate-ci ${words.padEnd(22)}  ${summary}`;
  });
  const [firstExample, secondExample] = inGroup.map(([, { example }]) => example);
  return [
    `fargate-ci ${word} COMMAND [flags]`,
    '',
    ...lines,
    '',
    `fargate-ci ${word} COMMAND --help shows the flags of one; docs/${word}.md tells the whole.`,
    `For instance: ${secondExample ?? firstExample}`,
  ].join('\n');
}

/** The failure of a command that does not exist, with the nearest one that does. */
export function unknownCommand(command: string, names: readonly string[]): Failure {
  const nearest = nearestName(command, names);
  return commandLineFailure(`there is no command "${command}"${nearest ? `; did you mean "${nearest}"?` : ''}`);
}
