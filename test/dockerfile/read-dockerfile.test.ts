import { UnreadableDockerfile } from '../../helper/src/dockerfile/instruction.ts';
import { readDockerfile } from '../../helper/src/dockerfile/read-dockerfile.ts';

/** The instructions of a text, as far as a case names their fields. */
function read(text: string) {
  const file = readDockerfile(text);
  if (file instanceof UnreadableDockerfile) throw new Error(`line ${file.line}: ${file.message}`);
  return file;
}

/** The keyword, lines, flags and arguments of each instruction. */
const rows = (text: string) =>
  read(text).instructions.map(({ keyword, first, last, flags, args }) => [keyword, first, last, flags, args]);

describe('every construct', () => {
  for (const [name, text, expected] of [
    [
      'one a line',
      'FROM a\nRUN b\n',
      [
        ['FROM', 1, 1, [], ['a']],
        ['RUN', 2, 2, [], ['b']],
      ],
    ],
    ['no newline at the end', 'FROM a', [['FROM', 1, 1, [], ['a']]]],
    [
      'small and mixed letters',
      'from a As b\nrUn c',
      [
        ['FROM', 1, 1, [], ['a', 'As', 'b']],
        ['RUN', 2, 2, [], ['c']],
      ],
    ],
    ['blanks before and behind', ' \t FROM\ta  \n', [['FROM', 1, 1, [], ['a']]]],
    ['empty lines and comments', '# c\n\n  # d\nFROM a\n \t\n#\n', [['FROM', 4, 4, [], ['a']]]],
    [
      'CRLF',
      'FROM a\r\nRUN b \\\r\n  c\r\n',
      [
        ['FROM', 1, 1, [], ['a']],
        ['RUN', 2, 3, [], ['b   c']],
      ],
    ],
    ['a byte order mark', '\uFEFFFROM a', [['FROM', 1, 1, [], ['a']]]],
    ['a byte order mark before a directive', '\uFEFF# escape=`\nRUN b `\nc', [['RUN', 2, 3, [], ['b c']]]],
    [
      'continuations with comments and empty lines between them',
      'RUN a && \\\n# why\n\n  # more\n  b \\  \n\n  c\nUSER d',
      [
        ['RUN', 1, 7, [], ['a &&   b   c']],
        ['USER', 8, 8, [], ['d']],
      ],
    ],
    ['a continuation at the end', 'RUN a \\', [['RUN', 1, 1, [], ['a']]]],
    [
      'an escaped backslash continues nothing',
      'RUN a \\\\\nUSER b',
      [
        ['RUN', 1, 1, [], ['a \\\\']],
        ['USER', 2, 2, [], ['b']],
      ],
    ],
    ['a comment continues nothing', '# a \\\nFROM b', [['FROM', 2, 2, [], ['b']]]],
    ['a keyword alone in its line', 'RUN \\\n  a', [['RUN', 1, 2, [], ['a']]]],
    ['a keyword that is cut', 'RU\\\nN a', [['RUN', 1, 2, [], ['a']]]],
    [
      '# escape',
      '# escape=`\nRUN a `\n b \\\nUSER c',
      [
        ['RUN', 2, 3, [], ['a  b \\']],
        ['USER', 4, 4, [], ['c']],
      ],
    ],
    ['# escape in other letters and blanks', '#  EsCaPe  =  `  \nRUN a `\nb', [['RUN', 2, 3, [], ['a b']]]],
    [
      '# escape after a comment is a comment',
      '# c\n# escape=`\nRUN a `\nRUN b',
      [
        ['RUN', 3, 3, [], ['a `']],
        ['RUN', 4, 4, [], ['b']],
      ],
    ],
    ['# escape after an empty line is a comment', '\n# escape=`\nRUN a `', [['RUN', 3, 3, [], ['a `']]]],
    [
      '# escape after # syntax',
      '# syntax=docker/dockerfile:1\n# check=skip=all\n# escape=`\nRUN a `\nb',
      [['RUN', 4, 5, [], ['a b']]],
    ],
    ['flags', 'COPY --from=x --chown=1:2 a b /c', [['COPY', 1, 1, ['--from=x', '--chown=1:2'], ['a', 'b', '/c']]]],
    ['quoted flags', 'COPY --exclude="a b" --x=\'c\' d e', [['COPY', 1, 1, ['--exclude=a b', '--x=c'], ['d', 'e']]]],
    ['an escaped flag', 'COPY --exclude=a\\ b d e', [['COPY', 1, 1, ['--exclude=a b'], ['d', 'e']]]],
    ['flags end with --', 'COPY --link -- --from=a b', [['COPY', 1, 1, ['--link'], ['--from=a', 'b']]]],
    ['flags end with a word', 'COPY a --from=b c', [['COPY', 1, 1, [], ['a', '--from=b', 'c']]]],
    ['flags over several lines', 'COPY \\\n  --from=a \\\n  # c\n  b c', [['COPY', 1, 4, ['--from=a'], ['b', 'c']]]],
    ['flags and nothing else', 'RUN --mount=type=ssh', [['RUN', 1, 1, ['--mount=type=ssh'], []]]],
    [
      'JSON',
      'RUN ["a", "b c"]\nCOPY [ "a b", "c" ]',
      [
        ['RUN', 1, 1, [], ['a', 'b c']],
        ['COPY', 2, 2, [], ['a b', 'c']],
      ],
    ],
    ['JSON after flags', 'COPY --from=a ["b", "c"]', [['COPY', 1, 1, ['--from=a'], ['b', 'c']]]],
    [
      'what only looks like JSON',
      "RUN ['a']\nCOPY [a] b",
      [
        ['RUN', 1, 1, [], ["['a']"]],
        ['COPY', 2, 2, [], ['[a]', 'b']],
      ],
    ],
    ['quotes in a COPY are part of its words', 'COPY "a b" c', [['COPY', 1, 1, [], ['"a', 'b"', 'c']]]],
    ['ARG', 'ARG A B=c "D=e f" G=\'h i\' j\\ k', [['ARG', 1, 1, [], ['A', 'B=c', '"D=e f"', "G='h i'", 'j\\ k']]]],
    [
      'ENV',
      'ENV A=b C="d e"\nENV F g  h',
      [
        ['ENV', 1, 1, [], ['A', 'b', 'C', '"d e"']],
        ['ENV', 2, 2, [], ['F', 'g  h']],
      ],
    ],
    ['LABEL', 'LABEL a.b="c d" e=\n', [['LABEL', 1, 1, [], ['a.b', '"c d"', 'e', '']]]],
    [
      'HEALTHCHECK',
      'HEALTHCHECK --interval=1s CMD ["a"]\nHEALTHCHECK NONE',
      [
        ['HEALTHCHECK', 1, 1, ['--interval=1s'], ['CMD', 'a']],
        ['HEALTHCHECK', 2, 2, [], ['NONE']],
      ],
    ],
    [
      'several EXPOSE and VOLUME',
      'EXPOSE 80 443/tcp\nVOLUME /a /b',
      [
        ['EXPOSE', 1, 1, [], ['80', '443/tcp']],
        ['VOLUME', 2, 2, [], ['/a', '/b']],
      ],
    ],
    ['what is no instruction', 'FORM a b', [['FORM', 1, 1, [], []]]],
    [
      'an object’s own names are no instructions',
      'constructor a\n__proto__ b',
      [
        ['CONSTRUCTOR', 1, 1, [], []],
        ['__PROTO__', 2, 2, [], []],
      ],
    ],
    ['ONBUILD alone', 'ONBUILD', [['ONBUILD', 1, 1, [], []]]],
  ] as const)
    test(name, () => expect(rows(text)).toEqual(expected));
});

describe('heredocs', () => {
  const heredocs = (text: string) =>
    read(text).instructions.map(({ keyword, last, heredocs }) => [keyword, last, heredocs]);
  const eof = { name: 'EOF', content: 'x\n', expand: true, chomp: false, fileDescriptor: 0 };
  for (const [name, text, expected] of [
    [
      'RUN',
      'RUN <<EOF\nx\nEOF\nUSER a',
      [
        ['RUN', 3, [eof]],
        ['USER', 4, []],
      ],
    ],
    ['COPY', 'copy <<EOF /a\nx\nEOF', [['COPY', 3, [eof]]]],
    ['quoted', 'ADD <<"EOF" /a\nx\nEOF', [['ADD', 3, [{ ...eof, expand: false }]]]],
    ['half quoted', "ADD <<E'O'F /a\nx\nEOF", [['ADD', 3, [{ ...eof, expand: false }]]]],
    ['with tabs', 'RUN <<-EOF\n\tx\n\t\tEOF', [['RUN', 3, [{ ...eof, chomp: true, content: '\tx\n' }]]]],
    ['with a blank', 'RUN cat << EOF\nx\nEOF', [['RUN', 3, [eof]]]],
    ['with a number', 'RUN cat 3<<EOF\nx\nEOF', [['RUN', 3, [{ ...eof, fileDescriptor: 3 }]]]],
    ['two', 'COPY <<EOF <<B /c/\nx\nEOF\ny\nB', [['COPY', 5, [eof, { ...eof, name: 'B', content: 'y\n' }]]]],
    ['with CRLF', 'RUN <<EOF\r\nx\r\nEOF\r\n', [['RUN', 3, [{ ...eof, content: 'x\r\n' }]]]],
    [
      'what looks like a Dockerfile in them',
      'RUN <<EOF\n# x\nCOPY --parents a b\\\nEOF',
      [['RUN', 4, [{ ...eof, content: '# x\nCOPY --parents a b\\\n' }]]],
    ],
    ['empty', 'RUN <<EOF\nEOF', [['RUN', 2, [{ ...eof, content: '' }]]]],
    ['below ONBUILD', 'ONBUILD RUN <<EOF\nx\nEOF', [['ONBUILD', 3, [eof]]]],
    ['after a continuation', 'RUN cat \\\n  <<EOF\nx\nEOF', [['RUN', 4, [eof]]]],
    ['a here-string is none', 'RUN cat <<<EOF', [['RUN', 1, []]]],
    ['one in quotes is none', 'RUN echo "<<EOF"', [['RUN', 1, []]]],
    ['a shift is none', 'RUN echo $((1 << 2)) "', [['RUN', 1, []]]],
    ['one in JSON is none', 'RUN ["cat", "<<EOF"]', [['RUN', 1, []]]],
    [
      'other instructions have none',
      'CMD cat <<EOF\nEOF',
      [
        ['CMD', 1, []],
        ['EOF', 2, []],
      ],
    ],
  ] as const)
    test(name, () => expect(heredocs(text)).toEqual(expected));
});

test('ONBUILD has the instruction that it triggers', () => {
  const [onbuild] = read('# c\nonbuild copy \\\n --from=a b c').instructions;
  expect(onbuild).toMatchObject({ keyword: 'ONBUILD', args: [], first: 2, last: 3 });
  expect(onbuild?.trigger).toMatchObject({ keyword: 'COPY', flags: ['--from=a'], args: ['b', 'c'], first: 2, last: 3 });
});

test('JSON arguments and plain text are distinguished', () => {
  expect(read('CMD ["a"]\nCMD a\nCMD []').instructions.map(({ json }) => json)).toEqual([true, false, true]);
});

test('directives', () => {
  const { directives } = read('# Syntax = docker/dockerfile:1 # x\n#check=error=true\n# other=1\n# escape=`\nFROM a');
  expect(Object.fromEntries(directives)).toEqual({ syntax: 'docker/dockerfile:1 # x', check: 'error=true' });
});

describe('what BuildKit’s parser refuses', () => {
  for (const [name, text, line] of [
    ['nothing', '', 0],
    ['comments alone', '# a\n\n', 2],
    ['a heredoc without end', 'FROM a\nRUN <<EOF\nx\n', 2],
    ['a heredoc whose end has a blank', 'RUN <<EOF\nx\n EOF\n', 1],
    ['an escape character that is none', '# escape=x\nFROM a', 1],
    ['a directive twice', '# escape=`\n# escape=`\nFROM a', 2],
    ['JSON that holds no strings', 'FROM a\nRUN [1]', 2],
    ['ENV without value', 'FROM a\n\nENV A', 3],
    ['ENV with a word that is no pair', 'ENV A=b c', 1],
    ['a line of 64 KB', `FROM a\nRUN ${'x'.repeat(65_600)}\n`, 2],
  ] as const)
    test(name, () => {
      const file = readDockerfile(text);
      expect(file).toBeInstanceOf(UnreadableDockerfile);
      expect(file).toMatchObject({ line });
    });
});
