import { conditionsThatHold } from '../../../helper/src/operator/stack/template-conditions.ts';
import { readTemplate, resourcesMadeWith } from '../../../helper/src/operator/stack/templates.ts';
import { REAL_TEMPLATES } from '../../support/operator-host.ts';

const BODY = `
Conditions:
  HasName: !Not [!Equals [!Ref Name, ""]]
  IsBig: !Equals [!Ref Size, big]
  Both: !And [!Condition HasName, !Condition IsBig]
  Either: !Or [!Condition HasName, !Condition IsBig]
  HasMany: !Not [!Equals [!Join ["", !Ref Many], ""]]
  Hangs: !Equals [!Ref Unknown, ""]
  HangsToo: !Not [!Condition Hangs]
Resources: {}
`;

for (const [values, holding] of [
  [{ Name: '', Size: 'small', Many: '' }, []],
  [{ Name: 'x', Size: 'small', Many: '' }, ['HasName', 'Either']],
  [{ Name: 'x', Size: 'big', Many: 'a,b' }, ['HasName', 'IsBig', 'Both', 'Either', 'HasMany']],
] as const)
  test(`conditions with ${JSON.stringify(values)}`, () => {
    expect([...conditionsThatHold(BODY, (name) => new Map(Object.entries(values)).get(name))]).toEqual(holding);
  });

const made = (kind: keyof typeof REAL_TEMPLATES, values: Readonly<Record<string, string>>): string[] =>
  resourcesMadeWith(
    readTemplate(kind, REAL_TEMPLATES[kind]),
    new Map(Object.entries(values).map(([name, value]) => [name, { value }])),
  ).map(({ id }) => id);

for (const [what, values, there, missing] of [
  ['by a zone', { HostedZoneId: 'Z1' }, ['Certificate', 'DnsRecord', 'FileSystem', 'AdminSecret'], []],
  ['with a certificate', { CertificateArn: 'arn' }, ['FileSystem', 'AdminSecret'], ['Certificate', 'DnsRecord']],
  ['with what was kept', { HostedZoneId: 'Z1', FileSystemId: 'fs-1' }, ['Certificate'], ['FileSystem']],
  ['bare', { HostedZoneId: 'Z1', BareImage: 'true' }, ['FileSystem'], ['AdminSecret']],
] as const)
  test(`a new Jenkins ${what}`, () => {
    const ids = made('jenkins', values);
    expect(ids).toEqual(expect.arrayContaining([...there]));
    expect(ids.filter((id) => missing.some((one) => one === id))).toEqual([]);
  });

test('every condition of every template can be evaluated', () => {
  for (const kind of ['network', 'builder', 'jenkins', 'service'] as const) {
    const { parameters, resources } = readTemplate(kind, REAL_TEMPLATES[kind]);
    const conditions = new Set(resources.flatMap(({ condition }) => condition ?? []));
    const ever = new Set(
      ['', 'true', 'fargate-ci'].flatMap((value) => [...conditionsThatHold(REAL_TEMPLATES[kind], () => value)]),
    );
    expect(parameters.size).toBeGreaterThan(0);
    // MakesCertificate of service.yaml wants a zone and no certificate.
    expect([...conditions].filter((one) => !ever.has(one) && kind !== 'service')).toEqual([]);
  }
  expect(made('service', { HostedZoneId: 'Z1', Host: 'shop.example.com' })).toEqual(
    expect.arrayContaining(['Certificate', 'ListenerCertificate', 'DnsRecord']),
  );
});
