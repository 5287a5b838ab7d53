import { CERTIFICATE, deployed, GITHUB, subnets, template } from './jenkins.ts';
import { isFargateSize } from './lint.ts';
import { at, block, valuesOfList } from './template.ts';

describe('bad input is refused before anything is created', () => {
  for (const [what, given, word] of [
    ['a subnet of another VPC', { Subnets: 'subnet-1,subnet-9' }, 'VpcId'],
    ['a subnet that is not there', { Subnets: 'subnet-1,subnet-404' }, 'VpcId'],
    ['a size that Fargate lacks', { Cpu: '1024', Memory: '1024' }, 'Cpu 1024'],
    ['no library', { LibraryRepository: '' }, 'LibraryRepository'],
    ['an old Jenkins for the whole internet', { BareImage: 'true' }, 'IngressCidr'],
  ] as const) {
    test(what, () => expect(deployed(given).refusals(subnets)).toEqual([expect.stringContaining(word)]));
  }

  test('and every size that Fargate has is taken', () => {
    const allowed = (name: string) => valuesOfList(at(template.root, 'Parameters', name, 'AllowedValues')).map(String);
    const pairs = allowed('Cpu').flatMap((Cpu) => allowed('Memory').map((Memory) => ({ Cpu, Memory })));
    const good = pairs.filter(({ Cpu, Memory }) => isFargateSize(Number(Cpu), Number(Memory)));
    expect(good.length).toBeGreaterThan(15);
    expect(pairs.filter((pair) => deployed(pair).refusals(subnets).length === 0)).toEqual(good);
  });

  test('one subnet only', () =>
    expect(() => deployed({ Subnets: 'subnet-1' })).toThrow('nonexistent value at index 1'));

  for (const [parameter, value, good] of [
    ['Host', 'jenkins.example.com', true],
    ['Host', 'https://jenkins.example.com', false],
    ['Host', 'jenkins', false],
    ['Host', 'Jenkins.Example.com', false],
    ['Host', 'jenkins..example.com', false],
    ['HostedZoneId', 'example.com', false],
    ['CertificateArn', CERTIFICATE, true],
    ['CertificateArn', 'arn:aws:iam::111122223333:server-certificate/x', false],
    ['IngressCidr', '203.0.113.7/32', true],
    ['IngressCidr', '203.0.113.7', false],
    ['IngressCidr', '203.0.113.7/33', false],
    ['Cluster', 'arn:aws:ecs:ap-southeast-2:111122223333:cluster/x', false],
    ['LibraryRepository', 'https://github.com/acme/fargate-ci.git', true],
    ['LibraryRepository', 'https://user:secret@github.com/acme/fargate-ci', false],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what JCasC would resolve
    ['LibraryRepository', 'https://github.com/${ADMIN_PASSWORD}', false],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what JCasC would resolve
    ['LibraryVersion', '${ADMIN_PASSWORD}', false],
    ['AdminUser', 'a b', false],
    ['GitHubSecretArn', GITHUB, true],
    ['GitHubSecretArn', 'github', false],
    ['FileSystemId', 'fs-0123456789abcdef0', true],
    ['FileSystemId', 'vol-1', false],
    ['CallerPolicyArn', '', false],
    ['ControllerImage', '', false],
  ] as const) {
    test(`${parameter} "${value}" is ${good ? 'taken' : 'refused'}`, () => {
      const pattern = block(at(template.root, 'Parameters', parameter)).AllowedPattern;
      expect(new RegExp(String(pattern)).test(value)).toBe(good);
    });
  }
});

test('a bare image needs no library', () => {
  const given = { BareImage: 'true', IngressCidr: '203.0.113.0/24', LibraryRepository: '' };
  expect(deployed(given).refusals(subnets)).toEqual([]);
});
