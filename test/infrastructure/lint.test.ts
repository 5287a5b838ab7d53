import { readdirSync } from 'node:fs';
import { complaints, isFargateSize, isMatcher, type Sample } from './lint.ts';
import { SAMPLES } from './samples.ts';
import { parseTemplate, readTemplate } from './template.ts';

const samples: Readonly<Record<string, Sample>> = SAMPLES;
const names = readdirSync('infrastructure')
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', ''));

test('there is a sample for each template', () => expect(names.sort()).toEqual(Object.keys(samples).sort()));

test.each(names)('%s.yaml has nothing that cfn-lint lets pass and AWS would refuse', (name) => {
  expect(complaints(readTemplate(`infrastructure/${name}.yaml`), samples[name] ?? { parameters: {} })).toEqual([]);
});

const bad: readonly (readonly [what: string, template: string, complaint: string])[] = [
  [
    'a task that Fargate lacks',
    `Resources: {R: {Type: AWS::ECS::TaskDefinition, Properties: {Cpu: "512", Memory: "8192"}}}`,
    'R: Fargate has no task of Cpu 512 and Memory 8192',
  ],
  [
    'a task that Fargate lacks, by parameters',
    `
Parameters:
  Cpu: {Type: String, Default: "512", AllowedValues: ["512", "1024"]}
  Memory: {Type: String, Default: "1024", AllowedValues: ["1024", "2048"]}
Resources: {R: {Type: AWS::ECS::TaskDefinition, Properties: {Cpu: !Ref Cpu, Memory: !Ref Memory}}}`,
    'R: Fargate has no task of Cpu 1024 and Memory 1024',
  ],
  [
    'a CPU that no memory goes with, by rules',
    `
Parameters:
  Cpu: {Type: String, Default: "512", AllowedValues: ["512", "4096"]}
Rules:
  Size: {RuleCondition: !Equals [!Ref Cpu, "4096"], Assertions: [{Assert: !Equals [a, b], AssertDescription: none}]}
Resources: {R: {Type: AWS::ECS::TaskDefinition, Properties: {Cpu: !Ref Cpu, Memory: "1024"}}}`,
    'R: no Memory goes with Cpu 4096',
  ],
  [
    'a size without limits',
    `
Parameters: {Cpu: {Type: String, Default: "512"}}
Resources: {R: {Type: AWS::ECS::TaskDefinition, Properties: {Cpu: !Ref Cpu, Memory: "1024"}}}`,
    'R: Cpu and Memory need a value or AllowedValues',
  ],
  [
    'a matcher with a semicolon',
    `Resources: {R: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Matcher: {HttpCode: "200;403"}}}}`,
    'R: Matcher 200;403 is none',
  ],
  [
    'a parameter that takes any matcher',
    `
Parameters: {Codes: {Type: String, Default: "200", AllowedPattern: "^[0-9,;]+$"}}
Resources: {R: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Matcher: {HttpCode: !Ref Codes}}}}`,
    'R: Codes takes the Matcher "200;403"',
  ],
  [
    'a TLS policy that is none',
    `Resources: {R: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-TLS14}}}`,
    'R: SslPolicy ELBSecurityPolicy-TLS14 is unknown or weak',
  ],
  [
    'the TLS policy of 2016, by parameter',
    `
Parameters: {Tls: {Type: String, Default: x, AllowedValues: [ELBSecurityPolicy-2016-08]}}
Resources: {R: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {Protocol: HTTPS, SslPolicy: !Ref Tls}}}`,
    'R: SslPolicy ELBSecurityPolicy-2016-08 is unknown or weak',
  ],
  [
    'no TLS policy',
    `Resources: {R: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {Protocol: HTTPS}}}`,
    'R: SslPolicy needs a value or AllowedValues',
  ],
  [
    'at most half of the tasks',
    `Resources: {R: {Type: AWS::ECS::Service, Properties: {DeploymentConfiguration: {MaximumPercent: 50}}}}`,
    'R: MaximumPercent 50 is not within 100 and 200',
  ],
  [
    'more than all healthy',
    `Resources: {R: {Type: AWS::ECS::Service, Properties: {DeploymentConfiguration: {MinimumHealthyPercent: 150}}}}`,
    'R: MinimumHealthyPercent 150 is not within 0 and 100',
  ],
  [
    'a rollout that cannot begin',
    `Resources: {R: {Type: AWS::ECS::Service, Properties: {DesiredCount: 1, DeploymentConfiguration: {MinimumHealthyPercent: 50, MaximumPercent: 150}}}}`,
    'R: with 50 and 150 percent of 1 nothing can be replaced',
  ],
  [
    'an apostrophe in the description of a rule',
    `Resources: {R: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, SecurityGroupIngress: [{Description: the app's port}]}}}`,
    'R: EC2 refuses the description "the app\'s port"',
  ],
  [
    'a sample that is refused hides nothing',
    `
Rules: {Never: {Assertions: [{Assert: !Equals [a, b], AssertDescription: never}]}}
Resources: {}`,
    'the sample is refused: never',
  ],
];
test.each(bad)('complains of %s', (_, text, complaint) => {
  expect(complaints(parseTemplate(text), { parameters: {} })).toContain(complaint);
});

test.each([
  [256, 512, true],
  [256, 1536, false],
  [256, 4096, false],
  [512, 1024, true],
  [512, 512, false],
  [1024, 8192, true],
  [2048, 16384, true],
  [2048, 16385, false],
  [4096, 30720, true],
  [8192, 17408, false],
  [16384, 122880, true],
  [300, 1024, false],
])('Fargate has %i CPU units with %i MiB: %s', (cpu, memory, good) => expect(isFargateSize(cpu, memory)).toBe(good));

test.each([
  ['200', true],
  ['200,403', true],
  ['200-399', true],
  ['200-299,403', true],
  ['399-200', false],
  ['200;403', false],
  ['500', false],
  ['', false],
])('matcher %s: %s', (text, good) => expect(isMatcher(text)).toBe(good));
