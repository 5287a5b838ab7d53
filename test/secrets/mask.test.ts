import { generateKeyPairSync } from 'node:crypto';
import { hideDeep, Mask } from '../../helper/src/secrets/mask.ts';
import { secretsInEnvironment } from '../../helper/src/secrets/recognise-secrets.ts';
import fc from '../support/property.ts';

const SECRET = 'p@ss "wörd"/+\\x';
const base64 = (text: string, before = '') => Buffer.from(before + text).toString('base64');

for (const [name, text] of [
  ['as it is', SECRET],
  ['JSON', JSON.stringify(SECRET).slice(1, -1)],
  ['JSON within JSON', JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
  ['JSON in ASCII', 'p@ss \\"w\\u00f6rd\\"/+\\\\x'],
  ['JSON in ASCII, upper case', 'p@ss \\"w\\u00F6rd\\"\\/+\\\\x'],
  ['a URL', encodeURIComponent(SECRET)],
  ['a URL, lower case', encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
  ['a form', new URLSearchParams({ x: SECRET }).toString().slice(2)],
  ['a URL that encodes all', [...Buffer.from(SECRET)].map((byte) => `%${byte.toString(16)}`).join('')],
  ['HTML', 'p@ss &quot;wörd&quot;/+\\x'],
  ['a shell with backslashes', 'p@ss\\ \\"wörd\\"/+\\\\x'],
  ['Base64', base64(SECRET)],
  ['Base64 without padding', base64(SECRET).replace(/=+$/, '')],
  ['Base64 for URLs', Buffer.from(SECRET).toString('base64url')],
  ['Base64 in a URL', encodeURIComponent(base64(SECRET))],
] as const)
  test(`a secret is hidden: ${name}`, () => {
    expect(new Mask([SECRET]).hide(`before=${text}; after`)).toBe('before=****; after');
  });

// V8 cannot compile one pattern for the whole secret, so it is searched in pieces. A backslash of an escape may stay between two
// pieces.
const counted = (length: number, unit: string) => Array.from({ length }, (_, at) => `${at}${unit}`).join('');
for (const long of [counted(4_000, 'x'), counted(3_000, '#é"'), counted(3_001, '\u{1f511}')])
  test.each([
    ['as it is', long],
    ['JSON', JSON.stringify(long).slice(1, -1)],
    ['a URL', encodeURIComponent(long)],
    ['Base64', base64(long)],
    ['Base64 of a longer text', base64(long, 'a')],
  ])(`a secret of ${long.length} characters is hidden whole: %s`, (_, text) => {
    expect(new Mask([long]).hide(`before=${text}; after`)).toMatch(/^before=\w{0,2}\*{4}(?:\\\*{4})*; after$/);
  });

for (const quote of [`'it'\\''s 5'`, `'it'"'"'s 5'`, `it\\'s\\ 5`, `"it's 5"`])
  test(`a secret is hidden as shells quote it: ${quote}`, () => {
    expect(new Mask(["it's 5"]).hide(`+ login ${quote} now`)).toMatch(/^\+ login ['"]?\*{4}['"]? now$/);
  });

test('a secret is hidden within a longer text in Base64', () => {
  const mask = new Mask(['hunter2hunter3']);
  for (const before of ['', 'a', 'ab', 'user:', 'user2:'])
    for (const after of ['', '\n', '@host', '12']) {
      const shown = mask.hide(`auth ${base64(`hunter2hunter3${after}`, before)} .`);
      expect(shown).toContain('****');
      const left = Buffer.from(shown.replace(/^auth | \.$/g, '').replace('****', ''), 'base64').toString('latin1');
      expect(left).not.toMatch(/hunter|unter2|nter3/);
    }
});

test('each line of a private key is hidden, and the whole key in JSON and in wrapped Base64', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const mask = new Mask([key]);
  const lines = key.trim().split('\n');
  for (const line of lines.filter((one) => one.length >= 8)) expect(mask.hide(`cat: ${line}`)).toBe('cat: ****');
  expect(mask.hide(JSON.stringify({ key }))).toBe('{"key":"****\\n"}');
  for (const width of [64, 76])
    for (const piece of base64(key).match(new RegExp(`.{${width}}`, 'g')) ?? [])
      expect(mask.hide(piece)).not.toMatch(/[A-Za-z0-9+/]{8}/);
});

// Invisible characters in the text or in the secret itself: as they are, or as JSON, URLs, HTML and programs write them.
const MARKS = [
  '\u200b',
  '\u200d',
  '\u2060',
  '\u00ad',
  '\ufeff',
  '\ufe0f',
  '\u{e0041}',
  '\u{e0100}',
  '\u034f',
  '\u180e',
  '\u3164',
];
const codes = (mark: string) => [...Buffer.from(mark)].map((byte) => byte.toString(16));
const units = (mark: string) =>
  Array.from({ length: mark.length }, (_, at) => mark.charCodeAt(at).toString(16).padStart(4, '0'));
const WRITTEN: readonly [string, (mark: string) => string][] = [
  ['as it is', (mark) => mark],
  ['twice', (mark) => mark + mark],
  [
    'JSON',
    (mark) =>
      units(mark)
        .map((unit) => `\\u${unit}`)
        .join(''),
  ],
  [
    'JSON, upper case',
    (mark) =>
      units(mark)
        .map((unit) => `\\u${unit.toUpperCase()}`)
        .join(''),
  ],
  [
    'JSON within JSON',
    (mark) =>
      units(mark)
        .map((unit) => `\\\\u${unit}`)
        .join(''),
  ],
  ['a URL', encodeURIComponent],
  [
    'a URL, lower case',
    (mark) =>
      codes(mark)
        .map((code) => `%${code}`)
        .join(''),
  ],
  [
    'bytes',
    (mark) =>
      codes(mark)
        .map((code) => `\\x${code}`)
        .join(''),
  ],
  ['HTML', (mark) => `&#${mark.codePointAt(0)};`],
  ['HTML, hexadecimal', (mark) => `&#x${mark.codePointAt(0)?.toString(16)};`],
];
for (const [name, write] of WRITTEN)
  test(`invisible characters do not hide a secret: ${name}`, () => {
    for (const mark of MARKS) {
      for (const value of ['hunter2hunter3', `hunter2${mark}hunter3`]) {
        const mask = new Mask([value]);
        const text = `a${write(mark)} hun${write(mark)}ter2${write(mark)}hunter3 b${write(mark)}`;
        expect(mask.hide(text)).toBe(`a${write(mark)} **** b${write(mark)}`);
        expect(mask.hide(`${text} ${text}`)).toBe(
          `a${write(mark)} **** b${write(mark)} a${write(mark)} **** b${write(mark)}`,
        );
        expect(mask.hide('x hunter2hunter3 y')).toBe('x **** y');
        expect(mask.hide(`x ${base64(value)} y`)).toBe('x **** y');
        expect(mask.holds(text)).toBe(true);
      }
    }
  });

test('invisible characters in emoji and scripts that need them stay', () => {
  const text =
    'ok \u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u2764\ufe0f \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \\u200b %E2%80%8B &shy;';
  expect(new Mask(['hunter22']).hide(text)).toBe(text);
  expect(new Mask(['hunter22']).hide(`${text} hunter22`)).toBe(`${text} ****`);
});

test('the beginning of a secret is hidden in a text that somebody else has cut', () => {
  const mask = new Mask(['hunter2hunter3', 'line one\nMIGHAgEAMBMG']);
  expect(mask.hide('"a hunter2hun..." is no pattern')).toBe('"a ****..." is no pattern');
  expect(mask.hide('"line one\\nMIGHAgE..." hunter2...')).toBe('"****\\n****..." ****...');
  expect(mask.hide('hunting... hunt... Downloading...')).toBe('hunting... hunt... Downloading...');
});

test('overlapping secrets are hidden as one', () => {
  expect(new Mask(['hunter', 'hunter22']).hide('hunter22')).toBe('****');
  expect(new Mask(['abcdef', 'defghi']).hide('x abcdefghi y')).toBe('x **** y');
  expect(new Mask(['abab']).hide('ababab')).toBe('****');
});

test('in the rest of a longer text a secret is hidden, too, that begins before it', () => {
  const mask = new Mask(['hunter2hunter3']);
  expect(mask.hide('hunter3 after', 'before hunter2')).toBe('**** after');
  expect(mask.hide('after', 'hunter2hunter3 ')).toBe('after');
  expect(mask.hide('plain', 'text ')).toBe('plain');
});

test('common words and short values are not hidden', () => {
  const mask = new Mask(['1', 'abc', 'true', 'False', '', '   ', 'null', '****']);
  const text = '1 abc true False null **** 100%';
  expect(mask.hide(text)).toBe(text);
  expect(mask.holds(text)).toBe(false);
});

test('secrets that are added later are hidden from then on', () => {
  const mask = new Mask();
  expect(mask.hide('hunter22')).toBe('hunter22');
  mask.add(['hunter22']);
  expect(mask.hide('hunter22')).toBe('****');
});

test('secrets are hidden in each text of a result; its names and numbers stay', () => {
  expect(hideDeep({ hunter22: ['a hunter22', 7, null] }, new Mask(['hunter22']))).toEqual({
    hunter22: ['a ****', 7, null],
  });
});

// Lines of a quarter of a megabyte, made of characters that slow patterns down.
test('no text keeps the mask busy', () => {
  const mask = new Mask(['"\\"\\" \\x', '\\\\\\\\aaaa', '  "%"  "', `${'a'.repeat(64)}b`, '%41%41%41']);
  const evil = [
    '\u200b',
    'h\u200b',
    '\\u200b',
    '\\\\u',
    '%E2%80',
    '%E2%80%8B',
    '&#',
    '&shy;',
    '\\x',
    '\\',
    '"',
    '"\\',
    '" ',
    ' ',
    '%',
    '\\u0022',
    '%5c',
    'a',
    '\n',
    '%41',
  ].map((part) => part.repeat(262_144 / part.length));
  const began = process.cpuUsage();
  for (const text of evil) mask.hide(text);
  // It takes 0.3 s. A search whose time is not proportional to the length takes minutes.
  expect(process.cpuUsage(began).user).toBeLessThan(20_000_000);
});

/** The forms in which a secret may come into a log. */
const WAYS: readonly ((secret: string, before: string, after: string) => string)[] = [
  (secret, before, after) => before + secret + after,
  (secret, before, after) => JSON.stringify(before + secret + after),
  (secret, before, after) => JSON.stringify(JSON.stringify({ [before]: secret + after })),
  (secret, before, after) => encodeURIComponent(before + secret + after),
  (secret, _before, after) => new URLSearchParams({ x: secret, after }).toString(),
  (secret, before, after) => encodeURIComponent(before + secret + after).replace(/%../g, (code) => code.toLowerCase()),
  (secret, before, after) => base64(secret + after, before),
  (secret, before, after) => base64(secret + after, before).replace(/=+$/, ''),
  (secret, before, after) => Buffer.from(before + secret + after).toString('base64url'),
  (secret, before, after) => `${before} '${secret.replaceAll("'", `'\\''`)}' ${after}`,
  (secret, before) => `${before} ${secret.replace(/[^\w]/gu, '\\$&')}`,
];

const decodeUrl = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};
/** The texts that a reader may decode from a text. */
const readings = (text: string): string[] => [
  text,
  text.replace(/\\(.)/g, '$1'),
  text.replace(/\\+/g, ''),
  decodeUrl(text),
  text.replaceAll(`'\\''`, "'"),
  ...text
    .split('****')
    .flatMap((part) =>
      [0, 1, 2, 3].map((skip) => Buffer.from(part.slice(skip).replace(/[^\w+/-].*/, ''), 'base64').toString('utf8')),
    ),
];

const SAMPLES = { seed: 20261125, numRuns: 150 };
// Secrets with several backslashes or with stars are left out: they look like the text in their place.
const secretText = fc
  .string({
    unit: fc.oneof(fc.constantFrom(...'aZ09 "\'/+=&%$<>-_.:ö😀\\'), fc.constantFrom(...'abcdefXYZ123')),
    minLength: 6,
    maxLength: 40,
  })
  .filter(
    (text) => text === text.trim() && !/\\\\|\\$|^\\/.test(text) && /[A-Za-z0-9].*[A-Za-z0-9].*[A-Za-z0-9]/.test(text),
  );
const around = fc.string({ unit: fc.constantFrom(...'xyz ;,(){}'), maxLength: 7 });

test('in whatever form a secret is written, nobody can read it', () => {
  fc.assert(
    fc.property(
      fc.array(secretText, { minLength: 1, maxLength: 3 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), around, around), { minLength: 1, maxLength: 4 }),
      (secrets, uses) => {
        const mask = new Mask(secrets);
        const text = uses
          .map(([which, way, before, after]) =>
            (WAYS[way % WAYS.length] ?? String)(secrets[which % secrets.length] ?? '', before, after),
          )
          .join(' | ');
        const shown = mask.hide(text);
        for (const reading of readings(shown)) for (const secret of secrets) expect(reading).not.toContain(secret);
      },
    ),
    SAMPLES,
  );
});

test('wherever a text is cut in two, neither half shows the secret', () => {
  fc.assert(
    fc.property(secretText, around, around, fc.nat(), (secret, before, after, nat) => {
      const mask = new Mask([secret]);
      const text = before + secret + after;
      const at = nat % (text.length + 1);
      const [first, second] = [text.slice(0, at), text.slice(at)];
      const rest = mask.hide(second, first);
      expect(rest.length).toBeLessThanOrEqual(second.length + 4);
      if (at <= before.length) expect(rest).not.toContain(secret);
      else if (at < before.length + secret.length) expect(rest.startsWith('****')).toBe(true);
      else expect(rest).toBe(second);
    }),
    SAMPLES,
  );
});

describe('which variables hold secrets', () => {
  const path = '/home/jenkins/.ssh/id_rsa';
  const surroundings = {
    names: ['acme/shop:1.4', 'production', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/x'],
    exists: (one: string) => one === path,
  };
  for (const [name, value, hidden] of [
    ['DB_PASSWORD', 'hunter22', true],
    ['API_TOKEN', 'abcdef', true],
    ['client_secret', 'correct horse battery', true],
    ['AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE', true],
    ['AWS_SECRET_ACCESS_KEY', '/JalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', true],
    ['AWS_SESSION_TOKEN', 'FwoGZXIvYXdzEXAMPLE', true],
    ['SSH_KEY', '-----BEGIN OPENSSH PRIVATE KEY-----', true],
    ['SSH_KEY', path, false],
    ['SSH_KEY_PATH', '/not/here/id_rsa', false],
    ['AWS_WEB_IDENTITY_TOKEN_FILE', '/var/run/secrets/eks/token', false],
    ['TOKEN_FILE', 'ghp_0123456789abcdef', true],
    ['SECRET_NAME', 'acme/build/npmrc', false],
    ['NPM_SECRET', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:npm-a1b2c3', false],
    ['TOKEN_TYPE', 'bearer', false],
    ['CACHE_KEY', 'acme/shop', false],
    ['DEPLOY_KEY', 'production', false],
    ['ACCOUNT_KEY', '111122223333', false],
    ['API_KEY', '111122223334', true],
    ['RELEASE_TOKEN', '1.4', false],
    ['DB_PASS', 'hunter22', true],
    ['PASS', 'hunter22', true],
    ['HUB_PSW', 'hunter22', true],
    ['HUB_USR', 'jenkins-bot', false],
    ['DB_PWD', 'hunter22', true],
    ['PWD', '/home/jenkins/workspace', false],
    ['OLDPWD', '/home/jenkins/somewhere', false],
    ['COMPASS', 'northwest', false],
    ['BYPASS_CACHE', 'sometimes', false],
    ['TEST_PASSED', 'everything', false],
    ['SORT_KEY', '12', false],
    ['X_SECRET', 'true', false],
    ['AWS_SECRET_ACCESS_KEY', 'test', false],
    ['PATH', '/usr/local/bin:/usr/bin', false],
    ['LOG_LEVEL', 'verbose-logging', false],
  ] as const)
    test(`${name}=${value}: ${hidden ? 'hidden' : 'shown'}`, () => {
      expect(secretsInEnvironment({ [name]: value }, surroundings)).toEqual(hidden ? [value] : []);
    });

  test('the password of user:password, and of an address', () => {
    expect(secretsInEnvironment({ HUB_CREDS: 'acme:hunter22', DB_SECRET: 'postgres://shop:pw12@db/shop' })).toEqual([
      'acme:hunter22',
      'hunter22',
      'postgres://shop:pw12@db/shop',
      'pw12',
    ]);
  });

  test('the values in JSON whose keys are named like secrets', () => {
    const file = JSON.stringify({
      type: 'service_account',
      private_key: 'abcdefgh',
      auths: { 'ghcr.io': { auth: 'dXNlcjpwdw' } },
    });
    // The last one is the Base64 before it, decoded.
    expect(secretsInEnvironment({ GCP_KEY: file }).sort()).toEqual(
      [file, 'abcdefgh', 'dXNlcjpwdw', 'pw', 'user:pw'].sort(),
    );
  });
});
