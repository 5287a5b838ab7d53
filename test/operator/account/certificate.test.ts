import { certificateComplaint } from '../../../helper/src/operator/account/certificate.ts';

for (const [name, host, good] of [
  ['ci.example.com', 'ci.example.com', true],
  ['CI.Example.com', 'ci.example.com', true],
  ['*.example.com', 'ci.example.com', true],
  ['*.example.com', 'a.ci.example.com', false],
  ['*.example.com', 'example.com', false],
  ['example.com', 'ci.example.com', false],
] as const)
  test(`${name} covers ${host}: ${good}`, () =>
    expect(certificateComplaint({ Status: 'ISSUED', DomainName: name }, host) === undefined).toBe(good));

test('any of its names can cover the host', () => {
  const names = { DomainName: 'example.com', SubjectAlternativeNames: ['example.com', '*.example.com'] };
  expect(certificateComplaint({ Status: 'ISSUED', ...names }, 'ci.example.com')).toBeUndefined();
  expect(certificateComplaint({ Status: 'ISSUED', ...names }, 'ci.example.org')).toContain(
    'is for example.com, *.example.com, not for ci.example.org',
  );
});

test('a certificate that could not be issued: the reason is told', () => {
  const failed = { Status: 'FAILED', FailureReason: 'CAA_ERROR' } as const;
  expect(certificateComplaint(failed, 'ci.example.com')).toBe(
    '"certificate" is FAILED (CAA_ERROR), not ISSUED: request another, or leave it out to have one made',
  );
});
