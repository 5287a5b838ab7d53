import { zonesThatMayHold } from '../../../helper/src/operator/account/hosted-zone.ts';
import { freePriority } from '../../../helper/src/operator/account/listener-priority.ts';

const rule = (priority: number, hosts: string[], paths: string[] = []): Parameters<typeof freePriority>[0][number] => ({
  priority,
  hosts,
  paths,
});
const jenkins = rule(1, ['jenkins.example.com']);

for (const [name, rules, front, priority] of [
  ['a host', [jenkins], { host: 'shop.example.com', path: undefined }, 10_000],
  ['a second host', [jenkins, rule(10_000, ['a.example.com'])], { host: 'b.example.com', path: undefined }, 10_001],
  [
    'a gap is used',
    [rule(10_000, ['a.example.com']), rule(10_002, ['c.example.com'])],
    { host: 'b.example.com', path: undefined },
    10_001,
  ],
  [
    'a host with a path is asked before the host',
    [rule(10_000, ['a.example.com'])],
    { host: 'a.example.com', path: '/x' },
    100,
  ],
  ['a path for any host is asked last', [jenkins], { host: undefined, path: '/x' }, 30_000],
] as const)
  test(`priority: ${name}`, () => {
    expect(freePriority(rules, front)).toBe(priority);
  });

test('a host that leads elsewhere is refused', () => {
  expect(() => freePriority([jenkins], { host: 'jenkins.example.com', path: undefined })).toThrow('elsewhere already');
});

test('a full band is refused', () => {
  const full = Array.from({ length: 9_900 }, (_, at) => rule(100 + at, [`h${at}.example.com`], ['/x']));
  expect(() => freePriority(full, { host: 'a.example.com', path: '/y' })).toThrow('no free priority');
});

test('the zones that may hold a host, the nearest first', () => {
  expect(zonesThatMayHold('jenkins.ci.example.com')).toEqual([
    'jenkins.ci.example.com',
    'ci.example.com',
    'example.com',
  ]);
});
