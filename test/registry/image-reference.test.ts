import {
  cacheComplaint,
  formatReference,
  imageComplaint,
  nearestTag,
  parseReference,
  splitReference,
} from '../../helper/src/registry/image-reference.ts';
import fc from '../support/property.ts';

const digest = `sha256:${'a'.repeat(64)}`;

for (const [name, complaint] of [
  ['shop', undefined],
  ['acme/shop', undefined],
  ['acme/shop:4f1c2a9be03d', undefined],
  ['a__b/c-d.e:v1_2', undefined],
  ['', 'is empty'],
  ['docker.io/acme/shop', undefined],
  ['localhost:5000/shop:1', undefined],
  ['localhost:5000/Acme/shop', '"acme/shop" is one'],
  ['a_b.example/shop', `"a_b.example" is not a registry's host`],
  ['a\nb', 'image "a\\nb"'],
  [`shop@${digest}`, 'has a digest'],
  ['Acme/Shop', '"acme/shop" is one'],
  ['my shop', '"my-shop" is one'],
  ['/shop', 'is not a repository'],
  ['shop/', '"shop" is one'],
  ['shop:feature/x', '"feature-x" is one'],
  ['shop:', '"latest" is one'],
  [`shop:${'x'.repeat(129)}`, 'is not a tag'],
  ['shop:.hidden', '"hidden" is one'],
  [
    'null/shop:null',
    'image is "null/shop:null", with a part "null": a Groovy variable that is not set becomes the word null. Check those in it',
  ],
  ['null', 'image is "null": a Groovy variable'],
  ['acme/null', 'with a part "null"'],
  ['shop:null', 'with a part "null"'],
  ['shop:1.null', 'with a part "null"'],
  ['shop:null/x', 'with a part "null"'],
  ['null.dkr.ecr.null.amazonaws.com/shop', 'with a part "null"'],
  ['localhost:null/shop', 'with a part "null"'],
  [`shop@null`, 'with a part "null"'],
  ['acme/nullable:not-null', undefined],
  ['shop:fix-null-check', undefined],
  ['nulls.example.com/null-object/acme.null:v_null', undefined],
] as const)
  test(`image "${name.slice(0, 40)}"`, () => {
    if (complaint === undefined) expect(imageComplaint(name)).toBeUndefined();
    else expect(imageComplaint(name)).toContain(complaint);
  });

for (const [name, good] of [
  ['shop/cache', true],
  ['ghcr.io/acme/cache', true],
  ['', false],
  ['My Cache', false],
  ['cache:tag', false],
  ['null/cache', false],
  ['acme/nullable', true],
] as const)
  test(`cache "${name}"`, () => expect(cacheComplaint(name) === undefined).toBe(good));

for (const [name, expected] of [
  ['shop', 'docker.io/library/shop'],
  ['acme/shop:1', 'docker.io/acme/shop:1'],
  ['127.0.0.1:4566/a/b:1', '127.0.0.1:4566/a/b:1'],
  [`r.example.com/x:1@${digest}`, `r.example.com/x:1@${digest}`],
] as const)
  test(`reference ${name}`, () => expect(formatReference(parseReference(name))).toBe(expected));

test('a text that is no reference is refused', () => {
  for (const name of ['a b', 'r.io/x@sha256:12', 'r.io/x:-'])
    expect(() => parseReference(name)).toThrow('is not an image reference');
});

test('the nearest tag of any text is a valid tag', () => {
  fc.assert(
    fc.property(fc.string(), (text) => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(nearestTag(text))),
    { seed: 1 },
  );
});

test('the parts of a reference give the same reference again', () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  fc.assert(
    fc.property(part, part, part, (host, repository, tag) => {
      const name = `${host}.example:5000/${repository}:${tag}@${digest}`;
      expect(formatReference(splitReference(name))).toBe(name);
    }),
    { seed: 2 },
  );
});
