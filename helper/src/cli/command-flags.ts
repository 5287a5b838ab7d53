import type { Argv, Options } from 'yargs';
import { type AnyParameter, defaultText, helpText, type ParameterSchema } from '../parameters/schema.ts';
import { kebabCase } from '../settings/catalogue.ts';
import { commandLineFailure } from './command-line-failure.ts';
import type { ParsedCommandLine } from './step-command-line.ts';

/** Flags of the program itself. Every other flag is a parameter of the command. */
const PROGRAM_FLAGS: Record<string, Options> = {
  params: { type: 'string', requiresArg: true, describe: 'JSON file with parameters; flags win over it' },
  result: { type: 'string', requiresArg: true, describe: 'File that gets the result as JSON, on failure too' },
  'dry-run': { type: 'boolean', describe: 'Print the plan and where each setting comes from; change nothing' },
};

/** Types of parameters that are maps: their flags take NAME=VALUE. */
const MAP_TYPES: ReadonlySet<string> = new Set(['map', 'changes']);
/** Types of parameters whose flag may be given several times. */
const REPEATABLE_TYPES: ReadonlySet<string> = new Set(['list', 'names', 'images', ...MAP_TYPES]);

const EPILOGUE =
  'Exit status: 0 done; 2 usage; 10 the build failed; 11 registry; 12 platform; 13 timed out; 20 the deployment failed; 21 superseded; 30 AWS; 70 a defect of fargate-ci; 128+n ended by signal n.';

function describe(parameter: AnyParameter): string {
  const repeatable = REPEATABLE_TYPES.has(parameter.type) ? ' Repeatable.' : '';
  const form = MAP_TYPES.has(parameter.type) ? ' NAME=VALUE; repeatable.' : repeatable;
  const fallback = defaultText(parameter);
  return `${helpText(parameter)}${form}${parameter.required ? ' [required]' : ''}${fallback ? ` [default: ${fallback}]` : ''}`;
}

function yargsOption(name: string, parameter: AnyParameter): Options {
  return {
    describe: describe(parameter),
    type: parameter.type === 'flag' ? 'boolean' : 'string',
    ...(REPEATABLE_TYPES.has(parameter.type) ? { array: true, requiresArg: true } : {}),
    ...(['text', 'number', 'image'].includes(parameter.type) ? { requiresArg: true } : {}),
    ...(name === 'verbose' ? { alias: 'v' } : {}),
    ...(parameter.internal ? { hidden: true } : {}),
  };
}

/** Tells yargs the flags of a command: one for each parameter, and the program's own. */
export function addFlags(command: Argv, schema: ParameterSchema): Argv {
  for (const [name, parameter] of Object.entries(schema)) command.option(kebabCase(name), yargsOption(name, parameter));
  return command.options(PROGRAM_FLAGS).group(Object.keys(PROGRAM_FLAGS), 'Running:').epilogue(EPILOGUE);
}

/**
 * Reads the flags that yargs has found: parameters under their own names, and what the program's own flags ask for.
 * @throws Failure `usage` where a flag is given twice that takes one value, or a map's entry is no NAME=VALUE
 */
export function readParameterFlags(
  parsed: Readonly<Record<string, unknown>>,
  schema: ParameterSchema,
): Omit<Extract<ParsedCommandLine, { kind: 'run' }>, 'kind' | 'command'> {
  const given: Record<string, unknown> = {};
  const names = new Map(Object.keys(schema).map((name) => [kebabCase(name), name]));
  for (const [flag, value] of Object.entries(parsed)) {
    if (flag === '_' || flag === '$0' || Object.hasOwn(PROGRAM_FLAGS, flag) || value === undefined) continue;
    const name = names.get(flag) ?? flag;
    const parameter = schema[name];
    given[name] = parameter === undefined ? value : readFlag(flag, value, parameter);
  }
  const file = (name: string): string | undefined => {
    const value = parsed[name];
    if (Array.isArray(value)) throw commandLineFailure(`--${name} is given twice`);
    return typeof value === 'string' ? value : undefined;
  };
  return { given, paramsFile: file('params'), resultFile: file('result'), dryRun: parsed['dry-run'] === true };
}

function readFlag(flag: string, value: unknown, parameter: AnyParameter): unknown {
  if (Array.isArray(value) && !REPEATABLE_TYPES.has(parameter.type))
    throw commandLineFailure(`--${flag} is given twice`);
  if (parameter.type === 'choice') return value === '' || value === 'true' ? true : value === 'false' ? false : value;
  if (!MAP_TYPES.has(parameter.type) || !Array.isArray(value)) return value;
  return Object.fromEntries(
    value.map(String).map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw commandLineFailure(`--${flag} ${pair}: write NAME=VALUE`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
