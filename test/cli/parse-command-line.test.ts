import { parseCommandLine } from '../../helper/src/cli/parse-command-line.ts';
import { stepCommands } from '../../helper/src/cli/step-commands.ts';

const parse = (line: string) => parseCommandLine(line.split(' ').filter(Boolean), '1.2.3', stepCommands);

test('flags become parameters under their own names', () => {
  expect(
    parse(
      'build --image shop --image shop:2 --build-args A=1 --build-args B=x=y --no-push --memory 4096 --cache=false --params p.json --result r.json --dry-run -v',
    ),
  ).toEqual({
    kind: 'run',
    command: 'build',
    given: {
      image: ['shop', 'shop:2'],
      buildArgs: { A: '1', B: 'x=y' },
      push: false,
      memory: '4096',
      cache: false,
      verbose: true,
    },
    paramsFile: 'p.json',
    resultFile: 'r.json',
    dryRun: true,
  });
});

test('values that look like flags, numbers or paths stay as they are', () => {
  expect(parse('build --image shop --kaniko-args=--single-snapshot --build-args V=1.0 --target 007')).toMatchObject({
    given: { kanikoArgs: ['--single-snapshot'], buildArgs: { V: '1.0' }, target: '007' },
  });
});

for (const [line, message] of [
  ['', 'no command given'],
  ['biuld --image a', 'there is no command "biuld"; did you mean "build"?'],
  ['build shop', '"shop" is not expected after "build"'],
  ['build --image a --build-args A', 'write NAME=VALUE'],
  ['build --image a --target x --target y', '--target is given twice'],
  ['build --image', 'image'],
] as const)
  test(`refused: fargate-ci ${line}`, () => expect(() => parse(line)).toThrow(message));

test('an unknown flag is passed on: the validation knows the nearest name', () => {
  expect(parse('build --image a --build-arg A=1')).toMatchObject({ given: { 'build-arg': 'A=1' } });
});

test('flags with the name of something that every object inherits are no parameters', () => {
  expect(() => parse('build --image a --constructor x')).toThrow('there is no parameter "constructor"');
  expect(() => parse('build --no-toString')).toThrow('there is no parameter "toString"');
});

test('a value that begins with a dash needs an equals sign, and the hint says so', () => {
  expect(() => parse('build --image a --kaniko-args --single-snapshot')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('--flag=VALUE') }),
  );
});

test('version and help are texts', () => {
  expect(parse('--version')).toEqual({ kind: 'text', text: '1.2.3' });
  const help = parse('build --help');
  expect(help.kind === 'text' && help.text).toMatch(/--build-args .*\n?.*ARGs/);
  expect(help.kind === 'text' && help.text).not.toContain('workspace ');
  expect(help).toMatchObject({ text: expect.stringContaining('Exit status') });
});
