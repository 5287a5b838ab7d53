import type { Commands } from './program.ts';

/** What the command line asks for. */
export type Invocation =
  | { kind: 'text'; text: string }
  | {
      kind: 'run';
      command: string;
      /** Parameters given by flags, under their own names; unknown ones too. */
      given: Record<string, unknown>;
      paramsFile: string | undefined;
      resultFile: string | undefined;
      dryRun: boolean;
    };

/**
 * Reads a command line as the steps write it, `build --params FILE --result FILE`, and `--version`; undefined for any
 * other, which parse.ts reads: it brings yargs, which takes longer to load than a call of AWS.
 */
export function readPlain(argv: readonly string[], version: string, commands: Commands): Invocation | undefined {
  if (argv.length === 1 && argv[0] === '--version') return { kind: 'text', text: version };
  const [command = '', params, paramsFile = '-', result, resultFile = '-', ...more] = argv;
  const files = [paramsFile, resultFile];
  if (!Object.hasOwn(commands, command) || params !== '--params' || result !== '--result' || more.length > 0)
    return undefined;
  if (files.some((file) => file === '' || file.startsWith('-'))) return undefined;
  return { kind: 'run', command, given: {}, paramsFile, resultFile, dryRun: false };
}
