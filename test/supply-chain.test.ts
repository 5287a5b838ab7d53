import { readFileSync } from 'node:fs';
import { isAllowed, licenceComplaints } from '../helper/build/licences.mjs';
import { at, block, type Value, valuesOfList } from './infrastructure/template.ts';

// What goes into the bundles: pinned, known, and under licences that may be passed on. `npm run build -- --check`, a suite of
// its own, compares the bundles, their licences and their bills of materials with the sources.

const read = (file: string): Value => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));

test('the lockfile pins each package by its hash, and names no place to fetch it from', () => {
  const packages = Object.entries(block(at(read('package-lock.json'), 'packages'))).filter(([name]) => name !== '');
  expect(packages.length).toBeGreaterThan(400);
  expect(packages.filter(([, one]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(String(at(one, 'integrity'))))).toEqual([]);
  // Which registry it is, is the business of whoever installs.
  expect(packages.filter(([, one]) => at(one, 'resolved') !== undefined)).toEqual([]);
});

test('dependencies are pinned to one version', () => {
  const { devDependencies } = Object(read('package.json'));
  expect(Object.values(devDependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
  expect(at(read('package.json'), 'dependencies')).toBeUndefined();
});

for (const [licence, allowed] of [
  ['MIT', true],
  ['(MIT OR GPL-3.0-only)', true],
  ['Apache-2.0 AND MIT', true],
  ['Apache-2.0 AND GPL-2.0-only', false],
  ['GPL-3.0-only', false],
  ['SEE LICENSE IN LICENSE.md', false],
  ['UNLICENSED', false],
  [undefined, false],
] as const)
  test(`a part under ${licence} ${allowed ? 'may be' : 'is not'} in a bundle`, () => {
    expect(isAllowed(licence)).toBe(allowed);
  });

test('a licence that may not be passed on is told with its package', () => {
  const part = { folder: 'x', name: 'x', version: '1.0.0', license: 'AGPL-3.0', text: '', integrity: '', uses: [] };
  expect(licenceComplaints([part])).toEqual([
    expect.stringMatching(/^x 1\.0\.0 is under AGPL-3\.0: not one of 0BSD, /),
  ]);
});

for (const [name, bundle] of [
  ['helper', 'resources/fargateci/helper'],
  ['operator', 'infrastructure/operator'],
] as const)
  describe(`the bill of materials of ${name}`, () => {
    const bill = read(`docs/sbom/${name}.cdx.json`);
    const components = valuesOfList(at(bill, 'components'));
    const references = components.map((one) => String(at(one, 'bom-ref')));

    test('has what CycloneDX 1.6 asks for, and nothing that changes by itself', () => {
      expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
      expect(at(bill, 'serialNumber')).toBeUndefined();
      expect(at(bill, 'metadata', 'timestamp')).toBeUndefined();
      expect(at(bill, 'metadata', 'component')).toMatchObject({ type: 'application', name: `${name}.mjs` });
      expect(new Set(references).size).toBe(references.length);
      for (const component of components) {
        expect(component).toMatchObject({
          type: 'library',
          name: expect.stringMatching(/^[\w.-]+$/),
          version: expect.stringMatching(/^\d+\.\d+\.\d+/),
          purl: expect.stringMatching(/^pkg:npm\/(?:%40[\w.-]+\/)?[\w.-]+@\d/),
          hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
        });
        expect(valuesOfList(at(component, 'licenses'))).toHaveLength(1);
      }
    });

    test('names each package whose licence is in the text beside the bundle, and no other', () => {
      const text = readFileSync(new URL(`../${bundle}.licenses.txt`, import.meta.url), 'utf8');
      const licensed = [...text.matchAll(/^(\S+) (\d\S*) \(.+\)$/gm)].map(([, part, version]) => `${part}@${version}`);
      const billed = references.map((one) => decodeURIComponent(one.replace('pkg:npm/', '')));
      expect(billed.sort()).toEqual([...new Set(licensed)].sort());
    });

    test('says who uses whom: all are reached from the bundle', () => {
      const edges = new Map(
        valuesOfList(at(bill, 'dependencies')).map((one) => [at(one, 'ref'), valuesOfList(at(one, 'dependsOn'))]),
      );
      const reached = new Set<Value | undefined>([at(bill, 'metadata', 'component', 'bom-ref')]);
      for (const ref of reached) for (const next of edges.get(ref) ?? []) reached.add(next);
      expect(references.filter((ref) => !reached.has(ref))).toEqual([]);
    });
  });
