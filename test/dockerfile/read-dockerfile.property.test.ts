// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have variables

import { findingSentences } from '../../helper/src/dockerfile/finding.ts';
import { UnreadableDockerfile } from '../../helper/src/dockerfile/instruction.ts';
import { judgeDockerfile } from '../../helper/src/dockerfile/judge-dockerfile.ts';
import { readDockerfile } from '../../helper/src/dockerfile/read-dockerfile.ts';
import fc from '../support/property.ts';

/** Pieces of Dockerfiles, and texts that could confuse the reader. */
const PIECES = [
  ...['FROM a AS b', 'from $X', 'RUN ', 'COPY ', 'ADD ', 'ENV A=', 'ARG A=$A', 'ONBUILD ', 'SHELL ["a"]', 'LABEL '],
  ...[
    '--from=b ',
    '--mount=type=',
    '--exclude=',
    '--',
    '<<EOF',
    '<<-"E F"',
    '<<',
    '\nEOF\n',
    '\n',
    '\r\n',
    '\\\n',
    '`\n',
  ],
  ...[
    '"',
    "'",
    '$',
    '${',
    '${A:-',
    '}',
    '[',
    ']',
    '["a",',
    '\\',
    '# ',
    '# escape=`\n',
    '#',
    ' ',
    '\t',
    '\u0000',
    '\ud800',
    '\u2028',
  ],
  ...['*', '?', '[a-', '/', '..', 'https://h/x.git', ',', '=', 'é', '💥'],
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 })), { maxLength: 60 })
    .map((all) => all.join('')),
);

test('no text makes the reader throw, and each line belongs to one instruction at most', () => {
  fc.assert(
    fc.property(text, (dockerfile) => {
      const file = readDockerfile(dockerfile);
      if (file instanceof UnreadableDockerfile) return;
      let last = 0;
      for (const instruction of file.instructions) {
        expect(instruction.first).toBeGreaterThan(last);
        expect(instruction.last).toBeGreaterThanOrEqual(instruction.first);
        last = instruction.last;
      }
      expect(last).toBeLessThanOrEqual(dockerfile.split('\n').length);
    }),
    { numRuns: 2_000 },
  );
});

test('no text makes the judgement throw, and each finding is one line', () => {
  fc.assert(
    fc.property(text, fc.dictionary(fc.string({ maxLength: 3 }), text, { maxKeys: 3 }), (dockerfile, buildArgs) => {
      const request = { buildArgs, platform: 'linux/amd64', paths: () => ['a', 'b/c.txt', 'é'] };
      const { findings } = judgeDockerfile(`FROM a\n${dockerfile}`, request);
      for (const line of findingSentences('Dockerfile', findings)) {
        expect(line).toMatch(/^Dockerfile:[\d, ]+( and \d+ more)?: [^\n\r]+$/);
      }
    }),
    { numRuns: 2_000 },
  );
});

// Each text has a megabyte: if the time grew with the square of it, one test alone would exceed the time limit.
describe('the time grows with the length of the text, for any text', () => {
  const request = { buildArgs: {}, platform: 'linux/amd64', paths: () => ['a', 'b/c.txt'] };
  for (const [name, make] of [
    ['blanks', (n: number) => `FROM a\nRUN ${' '.repeat(n)}\\\nb`],
    ['continuations', (n: number) => `FROM a\nRUN a${' \\\n'.repeat(n / 3)}b`],
    ['escapes', (n: number) => `FROM a\n${`ENV A=${'\\'.repeat(30_000)}\n`.repeat(n / 30_000)}`],
    ['quotes that do not match', (n: number) => `FROM a\nRUN <<E ${`'"\\\n`.repeat(n / 4)}`],
    ['variables', (n: number) => `FROM a\nCOPY ${'${A:-$B}\\\n'.repeat(n / 9)} * /c`],
    ['variables in one another', (n: number) => `FROM a\nCOPY ${'${A:-\\\n'.repeat(n / 7)} /c`],
    ['ENV that doubles', (n: number) => `FROM a\nENV A=x\n${'ENV A=$A$A\n'.repeat(n / 11)}COPY $A* /c`],
    ['ARG that doubles', (n: number) => `ARG A=x\n${'ARG A=$A$A\n'.repeat(n / 11)}FROM a$A`],
    ['ONBUILD in one another', (n: number) => `FROM a\n${'ONBUILD \\\n'.repeat(n / 10)}RUN b`],
    ['triggers', (n: number) => `FROM a AS b\n${'ONBUILD RUN c\n'.repeat(n / 28)}${'FROM b\n'.repeat(n / 14)}`],
    [
      'triggers in many stages',
      (n: number) => {
        const stages = Array.from({ length: n / 100 }, (_, at) => `FROM b AS x${at}\n`).join('');
        const copies = Array.from({ length: n / 100 }, (_, at) => `COPY --from=x${at} a b\n`).join('');
        return `FROM a AS b\n${'ONBUILD RUN c\n'.repeat(n / 28)}${stages}FROM c\n${copies}`;
      },
    ],
    [
      'stages',
      (n: number) =>
        `FROM a AS s0\n${Array.from({ length: n / 20 }, (_, at) => `FROM s${at} AS s${at + 1}\n`).join('')}`,
    ],
    ['heredocs', (n: number) => `FROM a\nRUN ${'<<E \\\n'.repeat(n / 10)}\n${'E\n'.repeat(n / 10)}`],
    ['a heredoc without end', (n: number) => `FROM a\nRUN <<E\n${'F\n'.repeat(n / 2)}`],
    ['JSON', (n: number) => `FROM a\nRUN ${'[\\\n'.repeat(n / 3)}`],
    [
      'mounts',
      (n: number) => `FROM a\nRUN ${`--mount=type=cache,target="${',,'.repeat(1_000)}" \\\n`.repeat(n / 2_030)} b`,
    ],
    ['patterns', (n: number) => `FROM a\nCOPY ${'*a*b'.repeat(1_000)} /x\n`.repeat(Math.ceil(n / 4_010))],
  ] as const)
    test(name, () => {
      const { findings } = judgeDockerfile(make(1024 * 1024), request);
      expect(findings.length).toBeLessThan(10_000);
    });
});
