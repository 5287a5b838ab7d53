import { expandWord } from '../../../local/kaniko/dockerfile/expand-word.ts';
import { namedValues } from '../../../local/kaniko/dockerfile/instruction.ts';
import { parseDockerfile, parseInstructions } from '../../../local/kaniko/dockerfile/parse-dockerfile.ts';
import { globalValues, StageVariables } from '../../../local/kaniko/dockerfile/stage-variables.ts';
import { planStages } from '../../../local/kaniko/stages/plan-stages.ts';

/** What stands for the instructions in kaniko's log and in its keys. */
const texts = (text: string) => parseInstructions(text).map((instruction) => instruction.text);

describe('the stand-in reads a Dockerfile', () => {
  test.each([
    ['a continued line, a comment and an empty line in it', 'RUN a \\\n # no\n\n  b\nUSER x', ['RUN a   b', 'USER x']],
    ['small letters stay', 'from a\nrun b', ['from a', 'run b']],
    ['another escape sign', '# escape=`\nRUN a \\ `\n b\nUSER c', ['RUN a \\  b', 'USER c']],
    ['a directive after the first instruction is none', 'FROM a\n# escape=`\nRUN b \\\n c', ['FROM a', 'RUN b  c']],
    ['a heredoc is not in the text', 'RUN <<EOF\nUSER x\nEOF\nUSER y', ['RUN <<EOF', 'USER y']],
    ['two on one line', 'COPY <<a <<-b /d/\n1\na\n\t2\n\tb\nUSER y', ['COPY <<a <<-b /d/', 'USER y']],
    ['none in quotes', 'RUN echo "<<EOF"\nUSER y', ['RUN echo "<<EOF"', 'USER y']],
    ['none of the shell’s other one', 'RUN cat <<<word\nUSER y', ['RUN cat <<<word', 'USER y']],
    ['carriage returns', 'RUN a \\\r\n b\r\nUSER y\r\n', ['RUN a  b', 'USER y']],
  ])('%s', (_, text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  test('flags and heredocs apart', () => {
    const [copy] = parseInstructions("COPY --from=a --chown='x y' <<'E' f /d/\n\t$v\nE\n");
    expect(copy).toMatchObject({
      ...{ name: 'COPY', rest: "<<'E' f /d/" },
      flags: [
        { name: 'from', value: 'a' },
        { name: 'chown', value: 'x y' },
      ],
      heredocs: [{ name: 'E', expand: false, chomp: false, data: '\t$v\n' }],
    });
  });

  test.each([
    ['FROM a\nRUNN true', 'dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)'],
    ['RUN true', 'no build stage in current context'],
    ['FROM a\nRUN <<EOF\nx', 'unterminated heredoc'],
    ['# nothing', 'file with no instructions'],
    ['FROM a b', 'FROM requires either one or three arguments'],
    ['FROM a\nCOPY x', 'COPY requires at least two arguments'],
  ])('%j fails as with kaniko', (text, reason) => {
    expect(() => parseDockerfile(text)).toThrow(reason);
  });
});

test.each([
  ['A=1 B="x y" C=\'$n\' D=a\\ b', ['A=1', 'B="x y"', "C='$n'", 'D=a\\ b']],
  ['OLD form of it', ['OLD=form of it']],
])('ENV %s is pairs', (rest, expected) => {
  const [instruction] = parseInstructions(`ENV ${rest}`);
  expect(instruction && namedValues(instruction).map(({ key, value }) => `${key}=${value}`)).toEqual(expected);
});

test.each([
  ['/$D/f', '/a/f'],
  [`\${D}x$NONE`, 'ax'],
  [`\${D:-no} \${NONE:-yes} \${NONE:+no} \${D:+yes}`, 'a yes  yes'],
  [`\${EMPTY-set} \${EMPTY:-empty}`, ' empty'],
  ['\'$D\' "$D \\"" \\$D', '$D a " $D'],
])('%s with its variables is %s', (word, expected) => {
  const values = new Map([
    ['D', 'a'],
    ['EMPTY', ''],
  ]);
  expect(expandWord(word, values)).toBe(expected);
  expect(expandWord(`"$D" '$D' \\$D \${NONE:-$D}`, values, { raw: true })).toBe(`"a" '$D' \\$D \${NONE:-a}`);
});

test('ARG and ENV have kaniko’s order: what is given, an ENV after an ARG, an ARG after an ENV', () => {
  const given = new Map([['G', 'given']]);
  const globals = parseInstructions('ARG BASE=b\nARG T=$BASE-1');
  const variables = new StageVariables(given, globalValues(globals, given));
  variables.startFrom({ Env: ['PATH=/bin'] });
  for (const instruction of parseInstructions('ARG G=no\nARG T\nARG X=1\nENV X=2 Y=$X P=/o:$PATH\nARG Y=3\nARG U')) {
    if (instruction.name === 'ARG') variables.applyArg(instruction);
    else variables.applyEnv(instruction);
  }
  expect(variables.sortedPairs()).toEqual(['G=given', 'P=/o:/bin', 'PATH=/bin', 'T=b-1', 'X=2', 'Y=3']);
});

describe('the stages that are built', () => {
  const plan = async (text: string, target = '') => {
    const { stages } = parseDockerfile(text);
    const { stages: planned } = await planStages(stages, target, new Map(), async () => ['RUN triggered']);
    return planned.map(({ index, base, instructions }) => [index, base, ...instructions.map((each) => each.text)]);
  };

  test('those that the target needs', async () => {
    const text = 'FROM scratch AS a\nFROM scratch AS no\nFROM scratch AS b\nCOPY --from=A /x /\nFROM scratch';
    expect(await plan(text, 'B')).toEqual([
      [0, 'scratch'],
      [2, 'scratch', 'COPY --from=A /x /'],
    ]);
  });

  test('one that only another goes on from is one with it', async () => {
    const text = 'FROM scratch AS a\nRUN 1\nONBUILD RUN 2\nFROM a\nRUN 3';
    expect(await plan(text)).toEqual([[1, 'scratch', 'RUN 1', 'RUN 2', 'RUN 3']]);
  });

  test('with what ONBUILD of the base says before its own', async () => {
    expect(await plan('FROM image\nRUN own')).toEqual([[0, 'image', 'RUN triggered', 'RUN own']]);
  });

  test.each([
    ['FROM scratch', 'zz', 'error finding target stage: "zz" is not a valid target build stage'],
    ['FROM scratch\nCOPY --from=4 a b', '', 'COPY --from=4 refers to a stage that does not exist'],
  ])('%j, target %j', async (text, target, reason) => {
    await expect(plan(text, target)).rejects.toThrow(reason);
  });
});
