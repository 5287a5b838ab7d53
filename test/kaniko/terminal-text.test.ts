import { oneLine, plainText } from '../../helper/src/kaniko/terminal-text.ts';
import { shortenText } from '../../helper/src/text/printable.ts';

for (const [name, line, plain] of [
  ['UTF-8', 'café ✓', 'café ✓'],
  ['colours', '\x1b[32mgreen\x1b[0m \x1b[1;38;5;200mpink\x1b[m', 'green pink'],
  ['a C1 sequence', '\x9b32mgreen', 'green'],
  ['a title and a link', '\x1b]0;title\x07a \x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\', 'a link'],
  ['a character set', '\x1b(Bx', 'x'],
  ["Jenkins' hidden notes", '\x1b[8mha:AAAA\x1b[0mx', 'ha:AAAAx'],
  ['a progress bar', '10%\r50%\r100%', '100%'],
  ['a progress bar that returns at last', '10%\r100%\r', '100%'],
  ['Windows line ends', 'text\r', 'text'],
  ['nothing but returns', '\r\r', ''],
  ['marks that turn the direction', 'a\u202eb\u2066c\u200f\u061cd', 'abcd'],
  ['line separators', 'a\u2028[fargate-ci] b\u0085c', 'a[fargate-ci] bc'],
  ['joiners of emoji', '\u{1f469}\u200d\u{1f4bb}', '\u{1f469}\u200d\u{1f4bb}'],
  ["C1's strings", 'a\x9d0;title\x9cb\x90x\x1b\\c', 'abc'],
  ['text in a wrong encoding', 'a\u00e2\x80\x9d b c', 'a\u00e2 b c'],
  ['tabs', 'a\tb', 'a\tb'],
  ['other control characters', 'a\x00\x07\x08b\x7f', 'ab'],
  ['a replacement character', 'caf\ufffd', 'caf\ufffd'],
  ['half a surrogate pair', 'a\ud83d', 'a\ufffd'],
  ['a whole one', 'a\u{1f600}', 'a\u{1f600}'],
  ['spaces at the end', 'a  ', 'a'],
] as const) {
  test(`plain text: ${name}`, () => expect(plainText(line)).toBe(plain));
}

test('a long line is cut between two characters, and says how much is missing', () => {
  expect(shortenText('abcdef', 4)).toBe('abcd ... (2 more characters)');
  expect(shortenText('abc\u{1f600}', 4)).toBe('abc ... (2 more characters)');
  expect(shortenText('abcd', 4)).toBe('abcd');
});

for (const [instruction, line] of [
  ['RUN make', 'RUN make'],
  ['RUN a   &&\tb', 'RUN a && b'],
  ['RUN <<EOF\napt-get update\nEOF', 'RUN <<EOF ...'],
  [`RUN ${'x'.repeat(300)}`, `RUN ${'x'.repeat(156)} ...`],
] as const) {
  test(`on one line: ${instruction.slice(0, 30)}`, () => expect(oneLine(instruction)).toBe(line));
}
