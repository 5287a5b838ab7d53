import type { Commands } from './program.ts';

/** What a command line asks for. */
export type ParsedCommandLine =
  /** Help, or the version: the text is printed, and nothing runs. */
  | { kind: 'text'; text: string }
  | {
      kind: 'run';
      command: string;
      /** Parameters that were given by flags, under their own names. Unknown names are still among them. */
      given: Record<string, unknown>;
      paramsFile: string | undefined;
      resultFile: string | undefined;
      dryRun: boolean;
    };

/**
 * Reads a command line that the Jenkins steps write, `build --params FILE --result FILE`, and `--version`.
 * @returns undefined for any other command line. parse-command-line.ts reads that one with yargs, which takes longer to load
 * than a call of AWS takes; the steps never need it.
 */
export function readStepCommandLine(
  argv: readonly string[],
  version: string,
  commands: Commands,
): ParsedCommandLine | undefined {
  if (argv.length === 1 && argv[0] === '--version') return { kind: 'text', text: version };
  const [command = '', paramsFlag, paramsFile = '-', resultFlag, resultFile = '-', ...more] = argv;
  const files = [paramsFile, resultFile];
  if (!Object.hasOwn(commands, command) || paramsFlag !== '--params' || resultFlag !== '--result' || more.length > 0)
    return undefined;
  if (files.some((file) => file === '' || file.startsWith('-'))) return undefined;
  return { kind: 'run', command, given: {}, paramsFile, resultFile, dryRun: false };
}
