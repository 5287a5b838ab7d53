// Random trees and ignore files: such as people and editors write, and others that nobody would write. The same seed makes the
// same ones.

/** Returns a generator of numbers from 0 to less than 1 (mulberry32).
 * @param {number} seed
 */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** All paths of so many levels of these names, each name once as a folder with a file in it.
 * @param {readonly string[]} names @param {number} levels @returns {string[]}
 */
const nested = (names, levels) =>
  levels === 0
    ? names.map((name) => `${name}.txt`)
    : names.flatMap((name) => nested(names, levels - 1).map((rest) => `${name}/${rest}`));

/** @type {readonly (readonly string[])[]} */
export const TREES = [
  // A monorepo.
  `.dockerignore Dockerfile package.json README.md apps/web/package.json apps/web/README.md apps/web/src/index.ts
  apps/web/src/index.test.ts apps/web/dist/index.js apps/web/node_modules/react/index.js apps/web/node_modules/.bin/tsc
  apps/api/package.json apps/api/src/main.ts apps/api/src/lib/db.ts apps/api/src/lib/db.test.ts apps/api/.env
  apps/api/.env.example packages/ui/package.json packages/ui/src/button.tsx packages/ui/dist/ node_modules/react/index.js
  node_modules/react/package.json node_modules/keep/a.js node_modules/keep/deep/b.js node_modules/foo/b.js
  docker/Dockerfile docker/prod.env docker/app/entrypoint.sh .git/HEAD .git/objects/aa/bb .github/workflows/ci.yml
  tmp/ tmp.log logs/app.log logs/old/app.log`.split(/\s+/),
  // Two letters, four levels.
  [...nested(['a', 'b'], 3), 'a/', 'b/', 'ab/', 'a/ab/x', 'c/', 'b.txt', 'a/b.txt', 'b/a/c/', 'ba/a/b/ab'],
  // Names that are patterns, and names that look like others.
  [
    ...[
      '*',
      '**',
      '?',
      '[a]',
      'a[1].txt',
      '!x',
      '#y',
      ' z',
      'z ',
      'a b',
      '\\',
      'a\\b',
      '{a}',
      'a|b',
      'a+b',
      'a.b',
      'aab',
    ],
    ...[
      '(a)',
      '$a',
      '^a',
      '~',
      '-',
      '--',
      '...',
      '..a',
      '.a',
      'é',
      'e\u0301',
      'ß',
      'SS',
      'ı',
      'I',
      '日本',
      '日',
      '😀',
      '😀a',
    ],
    ...[
      'a\tb',
      'a\nb',
      '\n',
      'a\r',
      '\x7f',
      '\x01',
      '\u0085',
      '\u00a0',
      '\u2028',
      '\ufeff',
      '\ufeffa',
      'a\u200bb',
      '\u202e',
    ],
    ...['dir/é', 'dir/[x]/a', 'dir/*/b', 'dir/a\nb/c', '😀d/é/x', 'éd/y', ' s/ t', '{a}d/b', 'a|bd/x', '日本d/日/本'],
  ],
];

const SIGNS = [...'abc/*?[]!\\-^. \t#{}()+|$,12é😀\ufeff'];
const ENDS = ['', '', '', '', '', '/', '/*', '/**', '/**/*', '**', ' ', '\r', '\t', '/.', '/..'];
const BEGINNINGS = ['', '', '', '', '', '/', './', '../', '**/', '*/', '**/**/', '**', ' ', '//', '\ufeff'];

/**
 * An ignore file for a tree.
 * @param {readonly string[]} tree
 * @param {() => number} random
 */
function makeIgnore(tree, random) {
  const below = (/** @type {number} */ most) => Math.floor(random() * most);
  /** @template T @param {readonly T[]} some @returns {T} */
  const pick = (some) => /** @type {T} */ (some[below(some.length)]);
  const plain = (/** @type {string} */ text) => text.replace(/[*?[\]\\]/g, '\\$&');

  const part = (/** @type {string} */ name) => {
    const chars = [...name];
    const at = below(chars.length);
    const other = (/** @type {string} */ sign) => [...chars.slice(0, at), sign, ...chars.slice(at + 1)].join('');
    const char = chars[at] ?? 'a';
    const ways = [
      ...[
        () => '*',
        () => '*',
        () => '**',
        () => `*${chars.slice(at).join('')}`,
        () => `${chars.slice(0, at).join('')}*`,
      ],
      ...[
        () => other('?'),
        () => other('*'),
        () => other(`[${char}]`),
        () => other(`[^${char}]`),
        () => other('[a-z]'),
      ],
      ...[
        () => other('[!a]'),
        () => other(`\\${char}`),
        () => other(`${char}{1}`),
        () => `${name}|zz`,
        () => other('**'),
      ],
      ...[() => other('[[:alpha:]]'), () => other(pick(SIGNS)), () => name.toUpperCase()],
    ];
    return random() < 0.45 ? plain(name) : pick(ways)();
  };

  const line = () => {
    const odd = random();
    if (odd < 0.04) return `#${pick(tree)}`;
    if (odd < 0.07)
      return pick(['', ' ', '\t', '\r', '!', '.', '/', '..', '*', '**', '!*', '!**', '***', '!.', '\\', '[']);
    if (odd < 0.14) return Array.from({ length: 1 + below(8) }, () => pick(SIGNS)).join('');
    const names = pick(tree).replace(/\/$/, '').split('/');
    const from = random() < 0.2 ? below(names.length) : 0;
    const to = random() < 0.5 ? names.length : from + 1 + below(names.length - from);
    const path = names
      .slice(from, to)
      .map(part)
      .join(random() < 0.04 ? '//' : '/');
    const before = from > 0 && random() < 0.8 ? '**/' : pick(BEGINNINGS);
    return `${random() < 0.42 ? pick(['!', '!', '!', '! ', '!/', '!!']) : ''}${before}${path}${pick(ENDS)}`;
  };

  const all = random() < 0.4 ? [pick(['*', '**', '*', '**/*', '*/*'])] : [];
  const lines = [...all, ...Array.from({ length: 1 + below(5) }, line)];
  return `${random() < 0.04 ? '\ufeff' : ''}${lines.join(random() < 0.06 ? '\r\n' : '\n')}${random() < 0.7 ? '\n' : ''}`;
}

/**
 * Cases: a tree's number and an ignore file.
 * @param {number} seed @param {number} count
 * @returns {{ tree: number, ignore: string }[]}
 */
export function makeCases(seed, count) {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, at) => {
    const tree = at % TREES.length;
    return { tree, ignore: makeIgnore(TREES[tree] ?? [], random) };
  });
}
