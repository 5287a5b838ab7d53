import { expectGolden } from '../support/golden.ts';
import { Deployed } from './deployed.ts';
import { granted, WITHOUT_RESOURCE } from './policy.ts';
import { SAMPLES } from './samples.ts';
import { at, type Block, block, readTemplate, type Value, valuesOfList } from './template.ts';

/** Every template, with all its optional parts. */
const FULL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  network: {},
  builder: {
    AppCidr: '10.0.0.0/8',
    KanikoArgs: '--verbosity=debug',
    SecretsKeyArn: 'arn:aws:kms:ap-southeast-2:111122223333:key/1',
    DockerHubSecretArn: 'arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf',
  },
  jenkins: {
    GitHubSecretArn: 'arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:github-AbCdEf',
    SecretsKeyArn: 'arn:aws:kms:ap-southeast-2:111122223333:key/1',
  },
  service: { Path: '/shop', HostedZoneId: 'Z0123456789ABC', TaskPolicyArns: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
};

const NO_KEY: typeof FULL = { builder: { SecretsKeyArn: '' }, jenkins: { SecretsKeyArn: '' } };

/** All policies in a value, of whatever resource: everything that has statements. */
function documents(value: Value): Block[] {
  if (Array.isArray(value)) return value.flatMap(documents);
  if (typeof value !== 'object' || value === null) return [];
  return [...('Statement' in value ? [value] : []), ...Object.values(value).flatMap(documents)];
}

for (const [name, sample] of Object.entries(SAMPLES)) {
  describe(`${name}.yaml`, () => {
    const template = readTemplate(`infrastructure/${name}.yaml`);
    const stack = new Deployed(template, { ...sample.parameters, ...FULL[name] });
    const statements = granted(stack);
    const form = at(template.root, 'Metadata', 'AWS::CloudFormation::Interface');
    const parameters = Object.entries(block(template.root.Parameters));

    test.each(parameters)('%s is described, constrained, grouped and labelled', (parameter, declared) => {
      const one = block(declared);
      expect(String(one.Description).length).toBeGreaterThan(20);
      const constraints = ['AllowedPattern', 'AllowedValues', 'MinValue', 'MaxLength'].some((key) => key in one);
      expect(constraints || /^(List<)?AWS::/.test(String(one.Type))).toBe(true);
      if ('AllowedPattern' in one) expect(one.ConstraintDescription).toEqual(expect.any(String));
      expect(
        valuesOfList(at(form, 'ParameterGroups')).flatMap((group) => valuesOfList(at(group, 'Parameters'))),
      ).toContain(parameter);
      expect(at(form, 'ParameterLabels', parameter, 'default')).toEqual(expect.any(String));
    });

    test.each(parameters)('%s takes its own default', (_, declared) => {
      const { Default: standard, AllowedPattern: pattern, AllowedValues: allowed } = block(declared);
      if (standard === undefined) return;
      if (pattern !== undefined) expect(String(standard)).toMatch(new RegExp(String(pattern)));
      if (allowed !== undefined) expect(valuesOfList(allowed)).toContain(standard);
    });

    test('every output is described', () => {
      for (const output of stack.outputs ? Object.values(stack.outputs) : [])
        expect(String(at(output, 'Description')).length).toBeGreaterThan(5);
    });

    test('no wildcard in an action, and none as resource but for ECR login and what IAM knows no resource for', () => {
      expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
      const wide = statements.filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions);
      const known = name === 'builder' ? WITHOUT_RESOURCE : ['ecr:GetAuthorizationToken'];
      expect(wide.filter((action) => !known.includes(action))).toEqual([]);
    });

    test('every statement has a Sid, and its reason above it', () => {
      expect(statements.filter(({ sid }) => !/^[A-Za-z]+$/.test(sid))).toEqual([]);
      expect(template.unexplained).toEqual([]);
      expect(template.explained).toEqual(expect.arrayContaining(statements.map(({ sid }) => sid)));
    });

    test('roles are assumed by tasks of this account and region only, and have no names that could collide', () => {
      for (const [, role] of stack.ofType('AWS::IAM::Role')) {
        expect(at(role, 'Properties', 'AssumeRolePolicyDocument', 'Statement')).toEqual([
          {
            Sid: 'EcsTasksOfThisAccount',
            Effect: 'Allow',
            Principal: { Service: 'ecs-tasks.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: {
              StringEquals: { 'aws:SourceAccount': '111122223333' },
              ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:ap-southeast-2:111122223333:*' },
            },
          },
        ]);
        expect(at(role, 'Properties', 'RoleName')).toBeUndefined();
        // The roles of apps have the path that the steps may pass.
        expect(at(role, 'Properties', 'Path')).toBe(name === 'service' ? '/fargate-ci/app/' : '/fargate-ci/');
        for (const policy of valuesOfList(at(role, 'Properties', 'Policies')))
          expect(at(policy, 'PolicyName')).toMatch(/^[a-z-]+$/);
      }
    });

    test('roles are passed to tasks only', () => {
      for (const { condition } of statements.filter(({ actions }) => actions.includes('iam:PassRole')))
        expect(condition).toEqual({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
    });

    test('keys open through the services that hold the secrets only', () => {
      for (const { condition, resources } of statements.filter(({ actions }) => actions.includes('kms:Decrypt'))) {
        expect(resources).toEqual(['arn:aws:kms:ap-southeast-2:111122223333:key/1']);
        const services = valuesOfList(at(condition, 'StringEquals', 'kms:ViaService'));
        expect(services.length).toBeGreaterThan(0);
        for (const one of services) expect(one).toMatch(/^(secretsmanager|ssm)\.ap-southeast-2\.amazonaws\.com$/);
      }
    });

    test('no key where none is given', () => {
      const plain = granted(new Deployed(template, { ...sample.parameters, ...FULL[name], ...NO_KEY[name] }));
      expect(plain.filter(({ actions }) => actions.includes('kms:Decrypt'))).toEqual([]);
    });

    test('every statement allows or denies', () => {
      expect(statements.filter(({ effect }) => effect !== 'Allow' && effect !== 'Deny')).toEqual([]);
    });

    test('who may do what, to what and when, word for word', () => {
      const lines = statements.map(({ where, sid, effect, actions, resources, condition }) =>
        [
          `${where} ${sid}: ${effect}`,
          ...actions.map((action) => `  ${action}`),
          ...resources.map((resource) => `  on ${resource}`),
          ...(condition === undefined ? [] : [`  if ${JSON.stringify(condition)}`]),
        ].join('\n'),
      );
      // The templates of the network and of an app's front allow nothing themselves.
      if (name === 'network' || name === 'service') expect(lines).toEqual([]);
      else expectGolden(`policies-${name}`, `${lines.join('\n\n')}\n`);
    });

    test('every output has a value, every security group its VPC', () => {
      for (const [id, output] of Object.entries(stack.outputs))
        expect([id, at(output, 'Value')]).toEqual([id, expect.anything()]);
      for (const [, group] of stack.ofType('AWS::EC2::SecurityGroup'))
        expect(at(group, 'Properties', 'VpcId')).toMatch(/^vpc-/);
    });

    test('every policy is of the current language', () => {
      const policies = documents([...stack.resources.values()]);
      expect(policies.length).toBeGreaterThanOrEqual(stack.ofType('AWS::IAM::Role').size);
      expect(policies.filter(({ Version }) => Version !== '2012-10-17')).toEqual([]);
    });

    test('security groups say what goes out: all, but where a template knows better', () => {
      const known: Readonly<Record<string, object>> = {
        LoadBalancerSecurityGroup: { IpProtocol: 'tcp', FromPort: 1, ToPort: 65_535, CidrIp: '0.0.0.0/0' },
        // It allows nothing. With an empty list EC2 would use its default, which allows everything.
        FileSystemSecurityGroup: { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' },
      };
      for (const [id, group] of stack.ofType('AWS::EC2::SecurityGroup')) {
        const rule = known[id] ?? { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };
        const egress = at(group, 'Properties', 'SecurityGroupEgress');
        expect(egress).toEqual([{ ...rule, Description: expect.any(String) }]);
        expect(at(group, 'Properties', 'GroupDescription')).toEqual(expect.any(String));
      }
    });

    test('logs go with their stack', () => {
      for (const [, group] of stack.ofType('AWS::Logs::LogGroup'))
        expect(group).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    });

    test('settings are plain text, lists where they are lists', () => {
      for (const [id, setting] of stack.ofType('AWS::SSM::Parameter')) {
        const type = /Subnets|SecurityGroups/.test(id) ? 'StringList' : 'String';
        expect([id, at(setting, 'Properties', 'Type')]).toEqual([id, type]);
      }
    });

    test('every log ends', () => {
      for (const [, group] of stack.ofType('AWS::Logs::LogGroup'))
        expect(at(group, 'Properties', 'RetentionInDays')).toBe(90);
    });

    test('what is named is found: each Ref, attribute and condition, also with all that is optional left out', () => {
      expect(() => new Deployed(template, sample.parameters)).not.toThrow();
    });

    test('settings lie below the prefix', () => {
      for (const setting of Object.keys(stack.settings())) expect(setting).toMatch(/^\/fargate-ci\/[a-z-]/);
    });
  });
}
