import { parseCommandLine } from '../../helper/src/cli/parse-command-line.ts';
import { operatorProgramCommands } from '../../helper/src/operator/operator-commands.ts';

const parse = (line: string) => parseCommandLine(line.split(' ').filter(Boolean), '1.2.3', operatorProgramCommands);

for (const [line, command, given] of [
  ['infra up --domain example.com', 'infra up', { domain: 'example.com' }],
  ['infra plan --builder-parameters LogDays=30', 'infra plan', { builderParameters: { LogDays: '30' } }],
  ['infra service shop --port 5001', 'infra service', { service: 'shop', port: '5001' }],
  ['infra service --service shop', 'infra service', { service: 'shop' }],
  ['infra down --delete-data', 'infra down', { deleteData: true }],
  ['doctor --json', 'doctor', { json: true }],
  ['build --image shop', 'build', { image: ['shop'] }],
] as const)
  test(line, () => {
    expect(parse(line)).toMatchObject({ kind: 'run', command, given });
  });

for (const [line, message] of [
  ['infra upp', 'there is no command "infra upp"; did you mean "infra up"?'],
  ['infra service shop store', '"store" is not expected after "infra service"'],
  ['infra service shop --service store', 'the service of "infra service" is given twice'],
  ['infra up now', '"now" is not expected after "infra up"'],
  ['docter', 'did you mean "doctor"?'],
] as const)
  test(`refused: ${line}`, () => {
    expect(() => parse(line)).toThrow(message);
  });

test('help: all commands', () => {
  const { text } = { text: '', ...parse('--help') };
  for (const name of ['infra up', 'infra service', 'doctor', 'build', 'deploy'])
    expect(text).toContain(`fargate-ci ${name}`);
  expect(text).not.toContain('infra-');
});

for (const line of ['infra', 'infra --help', 'infra -h', 'infra help'])
  test(`help: ${line}`, () => {
    const { text } = { text: '', ...parse(line) };
    expect(text.split('\n').slice(2, 7)).toEqual(
      ['plan', 'up', 'status', 'down', 'service SERVICE'].map((name) =>
        expect.stringMatching(new RegExp(`^ {2}fargate-ci infra ${name} +[A-Z].{20}`)),
      ),
    );
    expect(text).toContain('fargate-ci infra COMMAND --help');
    expect(text.split('\n').length).toBeLessThan(15);
    expect(text).not.toContain('fargate-ci build');
  });

test('help of one command has its flags, under the name that one types', () => {
  const { text } = { text: '', ...parse('infra up --help') };
  expect(text).toContain('fargate-ci infra up');
  expect(text).toContain('--allow-data-loss');
});
