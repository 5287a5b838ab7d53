import { readFileSync } from 'node:fs';
import { platformPicture } from '../../helper/generate/platform/picture.ts';

const text = (name: string): string => readFileSync(`infrastructure/${name}.yaml`, 'utf8');
const templates = {
  network: text('network'),
  builder: text('builder'),
  jenkins: text('jenkins'),
  service: text('service'),
};

/** The template with one text replaced by another. */
function changed(name: keyof typeof templates, from: string | RegExp, to: string) {
  const after = templates[name].replace(from, to);
  expect(after).not.toBe(templates[name]);
  return { ...templates, [name]: after };
}

test('it shows ports and addresses as the templates have them', () => {
  expect(platformPicture(changed('network', 'Default: 172.16.0.0/16', 'Default: 10.1.0.0/16'))).toContain(
    'VPC 10.1.0.0/16',
  );
  const other = changed('jenkins', /FromPort: 8080(\s+)ToPort: 8080/, 'FromPort: 9090$1ToPort: 9090');
  expect(platformPicture(other)).toContain('>9090<');
});

test.each([
  ['a thing that is not there', changed('jenkins', '\n  FileSystem:\n', '\n  Disk:\n'), 'no resource FileSystem'],
  [
    'a way that is not open',
    changed('service', 'SourceSecurityGroupId: !Ref LoadBalancerSecurityGroup', 'CidrIp: 10.0.0.0/8'),
    'SecurityGroup lets no LoadBalancerSecurityGroup in',
  ],
  ['a call that is not allowed', changed('builder', 'Action: ecs:RunTask', 'Action: ecs:StartTask'), 'ecs:RunTask'],
  ['another term', changed('builder', /(ContextDays:[\s\S]*?Default: )14/, '$130'), 'the picture says 14'],
])('it cannot show %s', (_, different, why) => {
  expect(() => platformPicture(different)).toThrow(why);
});
