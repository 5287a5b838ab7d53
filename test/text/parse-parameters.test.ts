import { ExactNumber, parseParameters } from '../../helper/src/text/exact-json.ts';
import fc from '../support/property.ts';

for (const [name, text, expected] of [
  ['numbers of the outermost map', '{"cpu": 4096, "timeout": 1.5, "n": -3}', { cpu: 4096, timeout: 1.5, n: -3 }],
  [
    'numbers that would change',
    '{"a": 1.10, "b": 12345678901234567, "c": 1e3, "d": 60.0, "e": -0, "f": 100000000000000000000}',
    {
      a: new ExactNumber('1.10'),
      b: new ExactNumber('12345678901234567'),
      c: new ExactNumber('1e3'),
      d: new ExactNumber('60.0'),
      e: new ExactNumber('-0'),
      f: 100000000000000000000,
    },
  ],
  [
    'numbers in maps and lists',
    '{"buildArgs": {"V": 3.10, "ID": 12345678901234567, "N": 3}, "ignore": [1, 2.50, -0.10, [7], {"x": 1E+3}], "on": true}',
    {
      buildArgs: { V: '3.10', ID: '12345678901234567', N: '3' },
      ignore: ['1', '2.50', '-0.10', ['7'], { x: '1E+3' }],
      on: true,
    },
  ],
  [
    'texts with numbers, brackets, quotes and backslashes',
    '{"a": "{[1.10", "b\\"1.10": "\\\\", "c": ["\\\\\\"1.10]", 2.0, "é\\u0031.10"], "__proto__x": null}',
    { a: '{[1.10', 'b"1.10': '\\', c: ['\\"1.10]', '2.0', 'é1.10'], __proto__x: null },
  ],
  ['a name that is given twice', '{"a": 1.10, "a": "1.10"}', { a: '1.10' }],
  ['and the other way round', '{"a": "x", "a": 1.10}', { a: new ExactNumber('1.10') }],
  ['no map', '[1.10]', [1.1]],
] as const)
  test(name, () => expect(parseParameters(text)).toEqual(expected));

test('what is no JSON is none here', () => {
  for (const text of ['', '{"a": 01}', '{"a": 1.}', '{"a": "}', '{"a": 1'])
    expect(() => parseParameters(text)).toThrow(SyntaxError);
});

test('but for its numbers a text is read as JSON.parse reads it', () => {
  const texts = (value: unknown): unknown =>
    typeof value === 'number'
      ? JSON.stringify(value)
      : Array.isArray(value)
        ? value.map(texts)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, texts(inner)]))
          : value;
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (given) => {
      const text = JSON.stringify({ given });
      expect(parseParameters(text)).toEqual(texts(JSON.parse(text)));
    }),
    { seed: 11 },
  );
});
