// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have variables
import { lex } from '../../helper/src/dockerfile/lexer.ts';

describe('a name with letters that take two units of UTF-16', () => {
  for (const [text, words] of [
    ['$𐐀/y z', ['one/y', 'z']],
    ['x${𐐀}y z', ['xoney', 'z']],
    ['"$𐐀" z', ['one', 'z']],
  ] as const)
    test(text, () => {
      const lookUp = (name: string) => (name === '𐐀' ? 'one' : undefined);
      expect(lex(text, { lookUp, unsetVariable: 'fail' })?.words).toEqual(words);
    });
});
