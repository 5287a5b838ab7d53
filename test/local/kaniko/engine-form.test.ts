import { engineForms } from '../../../local/kaniko/build/engine-form.ts';
import { enginePreamble } from '../../../local/kaniko/build/engine-preamble.ts';
import { applyMetadata } from '../../../local/kaniko/dockerfile/apply-metadata.ts';
import { parseInstructions } from '../../../local/kaniko/dockerfile/parse-dockerfile.ts';
import { StageVariables } from '../../../local/kaniko/dockerfile/stage-variables.ts';
import { RunOutput } from '../../../local/kaniko/engine/run-output.ts';

function last(text: string, { active = [], fromImage = '' }: { active?: string[]; fromImage?: string } = {}) {
  const variables = new StageVariables(new Map([['D', 'a']]), new Map());
  const instructions = parseInstructions(text);
  for (const each of instructions) if (/^(ARG|ENV|USER|SHELL)$/.test(each.name)) applyMetadata(each, variables);
  const instruction = instructions.at(-1);
  if (instruction === undefined) throw new Error('no instruction');
  const matchesNothing = (path: string) => path.startsWith('nope');
  const options = { active: new Set(active), buildId: 'R', fromImage, matchesNothing };
  const forms = engineForms(instruction, variables, options);
  return { forms, before: enginePreamble(instructions.slice(0, -1), variables, instruction.escapeSign) };
}

describe('what the engine gets of an instruction', () => {
  for (const [name, text, line] of [
    ['a RUN as it is', 'RUN a && b', 'RUN a && b'],
    [
      'a heredoc in a RUN is the shell’s own',
      'RUN <<E\necho "1"\nE',
      'RUN ["/bin/sh","-c","<<E sh\\necho \\"1\\"\\nE"]',
    ],
    ['with a command', 'RUN cat <<E > /v\n1\nE', 'RUN ["/bin/sh","-c","cat <<E > /v\\n1\\nE"]'],
    ['with another shell', 'SHELL ["a", "-x"]\nRUN <<E\n1\nE', 'RUN ["a","-x","<<E sh\\n1\\nE"]'],
    ['a secret mount stays', 'RUN --mount=type=secret,id=x a', 'RUN --mount=type=secret,id=x a'],
    [
      'a cache mount is empty at first, as on Fargate',
      'RUN --mount=type=cache,target=/c,mode=0700 a',
      'RUN --mount=type=cache,id=R-/c,target=/c,mode=0700 a',
    ],
    [
      'ssh, tmpfs and bind mounts from a stage are not there',
      'RUN --mount=type=ssh --mount=type=tmpfs,target=/t --mount=from=b,target=/b a',
      'RUN a',
    ],
    ['--network changes nothing', 'RUN --network=none a', 'RUN a'],
    ['--exclude changes nothing', 'COPY --exclude=*.log a /a', 'COPY a /a'],
    ['--parents changes nothing', 'COPY --parents a/b /a/', 'COPY a/b /a/'],
    ['--checksum changes nothing', 'ADD --checksum=sha256:0 a /a', 'ADD a /a'],
    ['--chown and --chmod stay', 'COPY --chmod=600 --chown=1:1 --link a /a', 'COPY --chown=1:1 --chmod=600 a /a'],
    ['a pattern without a match is gone', 'COPY nope* a /a/', 'COPY a /a/'],
    ['a list stays one', 'COPY ["a b", "nope*", "/x y/"]', 'COPY ["a b","/x y/"]'],
    ['small letters are capital ones', 'workdir /x', 'WORKDIR /x'],
    ['without COPY_AS_ROOT the user owns it', 'USER 7\nCOPY a /a', 'COPY --chown=7 a /a'],
  ] as const) {
    test(name, () => {
      expect(last(text).forms).toEqual([{ line, files: {} }]);
    });
  }

  test('with COPY_AS_ROOT, or from a stage, root owns it', () => {
    const text = 'USER 7\nCOPY --from=s a /a';
    expect(last('USER 7\nCOPY a /a', { active: ['COPY_AS_ROOT'] }).forms[0]?.line).toBe('COPY a /a');
    expect(last(text, { fromImage: 'image' }).forms[0]?.line).toBe('COPY --from=image a /a');
  });

  test('the heredocs of a COPY are files beside another COPY', () => {
    const text = 'ARG D\nCOPY --chmod=755 a <<one <<-"two" /d/\n$D\none\n\t$D\n\t\tx\ntwo\n';
    const files = (one: string) => [
      { line: 'COPY --chmod=755 a /d/', files: {} },
      { line: 'COPY --chmod=755 one two /d/', files: { one, two: '$D\nx\n' } },
    ];
    expect(last(text).forms).toEqual(files('$D\n'));
    expect(last(text, { active: ['EXPAND_HEREDOC'] }).forms).toEqual(files('a\n'));
  });

  test('nothing but a pattern without a match is nothing', () => {
    expect(last('COPY nope* /a').forms).toEqual([]);
  });

  test('variables, user and shell stand before it, their values literal', () => {
    const text = 'ARG D\nENV E="$D \\"q\\"" F=\\$x\nUSER 7\nSHELL ["a"]\nWORKDIR /\nRUN x';
    const { lines, options } = last(text).before;
    expect(lines.filter((line) => !line.startsWith('ENV PATH'))).toEqual([
      ...['ENV E="a \\"q\\""', 'ENV F="\\$x"', 'ARG D', 'SHELL ["a"]', 'USER 7', 'WORKDIR /'],
    ]);
    expect(options).toEqual(['--build-arg', 'D=a']);
  });
});

test('a value of several lines comes as an argument', () => {
  const variables = new StageVariables(new Map([['K', '1\n2']]), new Map());
  const before = parseInstructions('ARG K\nENV E=$K');
  for (const each of before) applyMetadata(each, variables);
  const { lines, options } = enginePreamble(before, variables, '\\');
  expect(lines).toContain('ARG KANIKO_STAND_IN_E\nENV E=$KANIKO_STAND_IN_E');
  expect(options).toContain('KANIKO_STAND_IN_E=1\n2');
});

test('of what the engine prints only what a RUN prints is shown, in whatever parts it comes', () => {
  const printed: string[] = [];
  const runs = new RunOutput((line) => printed.push(line));
  for (const part of [
    '#4 [1/2] FROM x\n#4 0.1 no\n#5 [2/2] RU',
    'N echo\n#5 0.120 one\n#5 0.3',
    '50   two\n#5 DONE 0.4s\n#6 0.1 no',
  ])
    runs.read(part);
  runs.end();
  expect(printed).toEqual(['one', '  two']);
});
