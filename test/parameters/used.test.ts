import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CommandDeclaration } from '../../helper/src/cli/program.ts';
import { stepCommands } from '../../helper/src/cli/step-commands.ts';
import { operatorProgram } from '../../helper/src/operator/operator-program.ts';
import { ROOT, STATE } from '../../local/paths.mjs';
import { run } from '../../local/process.mjs';

// A parameter is used where the program does not compile without it. So a copy of the sources is made in which the types of all
// parameters are empty, and the compiler names each parameter that it misses, with the type of the command.

const SOURCES = join(ROOT, 'helper', 'src');
/** Where the types of values are made from the declarations, and an empty one in its place. */
const SCHEMA = 'parameters/schema.ts';
const MAPPED = /^export type ParameterValues<S extends ParameterSchema> = \{[\s\S]*?^\};$/m;
const EMPTY = 'export interface ParameterValues<S extends ParameterSchema> { readonly schema?: S }';
/** `export type BuildParameters = ParameterValues<typeof buildParameters>;` */
const VALUES = /^export type (\w+) = ParameterValues<typeof (\w+)>;$/m;

interface Declared {
  file: string;
  /** `BuildParameters` */
  type: string;
  schema: Readonly<Record<string, unknown>>;
}

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const textOf = (file: string): string => readFileSync(join(SOURCES, file), 'utf8');
const valuesIn = (file: string): RegExpExecArray[] => [...textOf(file).matchAll(new RegExp(VALUES, 'gm'))];

async function declaredParameters(): Promise<Declared[]> {
  const found = files.flatMap((file) => valuesIn(file).map(([, type = '', name = '']) => ({ file, type, name })));
  return Promise.all(
    found.map(async ({ file, type, name }) => {
      const module: Record<string, Declared['schema']> = await import(pathToFileURL(join(SOURCES, file)).href);
      return { file, type, schema: module[name] ?? {} };
    }),
  );
}

/** The compiler's errors, each with the lines that explain it. @param files of the copy, each with its new text */
async function compileErrors(changed: ReadonlyMap<string, string>): Promise<string[]> {
  mkdirSync(STATE, { recursive: true });
  const folder = mkdtempSync(join(STATE, 'parameters-'));
  try {
    cpSync(SOURCES, join(folder, 'helper', 'src'), { recursive: true });
    for (const [file, text] of changed) writeFileSync(join(folder, 'helper', 'src', file), text);
    const options = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { types: ['node'] },
      include: ['helper'],
      exclude: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
    const { stdout } = await run(tsc, ['--pretty', 'false', '-p', folder], { cwd: ROOT, timeoutMs: 100_000 });
    return stdout.split(/\n(?=\S)/);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The names in `'BuildParameters' is missing the following properties from type 'AwsParameters': prefix, region`. */
const missingNames = (error: string): string[] =>
  [...error.matchAll(/missing the following properties from type [^\n]*: ([\w, ]+)$/gm)].flatMap(([, list = '']) =>
    list.split(', '),
  );

/** The names in an error about a type: `Property 'cpu' does not exist`, `"cpu" | "memory"`, and missing ones. */
const namesIn = (error: string): string[] => [
  ...Array.from(error.matchAll(/(?<=['"])\w+(?=['"])/g), ([name]) => name),
  ...missingNames(error),
];

test('each declared parameter is read by the program', async () => {
  const declared = await declaredParameters();
  const emptied = new Map(
    declared.map(({ file }) => [file, textOf(file).replace(new RegExp(VALUES, 'gm'), 'export interface $1 {}')]),
  );
  expect(textOf(SCHEMA)).toMatch(MAPPED);
  emptied.set(SCHEMA, textOf(SCHEMA).replace(MAPPED, EMPTY));
  const errors = await compileErrors(emptied);
  // These are also read before the parameters are checked, of whatever type they are.
  const unchecked = new Set(
    files.flatMap((file) => Array.from(textOf(file).matchAll(/\bgiven\.(\w+)/g), ([, name]) => name)),
  );
  // Values that were just read may not have the type of their command yet.
  const ofAll = errors.filter((error) => error.includes("'ParameterValues<")).flatMap(missingNames);
  const unused = declared.flatMap(({ type, schema }) => {
    const about = errors.filter((error) => new RegExp(`\\b${type}\\b`).test(error));
    const used = new Set([...about.flatMap(namesIn), ...ofAll]);
    expect(used.size).toBeGreaterThan(0);
    return Object.keys(schema)
      .filter((name) => !used.has(name) && !unchecked.has(name))
      .map((name) => `${type}.${name}`);
  });
  expect(unused).toEqual([]);
});

/** Commands whose values have no type of their own, each with the command that has all of their parameters. */
const PARTS = { rollback: stepCommands.deploy, 'infra status': operatorProgram.commands['infra up'] };

test('each command has one of these schemas, or a part of one', async () => {
  const schemas = new Set((await declaredParameters()).map(({ schema }) => schema));
  const others = Object.entries<CommandDeclaration>({ ...stepCommands, ...operatorProgram.commands }).filter(
    ([, { schema }]) => !schemas.has(schema),
  );
  expect(others.map(([name]) => name).sort()).toEqual(Object.keys(PARTS).sort());
  for (const [name, { schema }] of others) {
    const whole = new Map(Object.entries(PARTS)).get(name)?.schema ?? {};
    expect(Object.keys(whole)).toEqual(expect.arrayContaining(Object.keys(schema)));
  }
});
