import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { serviceParameters } from '../../../helper/src/operator/infra/service/service-parameters.ts';
import { upParameters } from '../../../helper/src/operator/infra/up/up-parameters.ts';
import { templateValuesOfUp } from '../../../helper/src/operator/infra/up/up-values.ts';
import type { TemplateName } from '../../../helper/src/operator/operator-world.ts';
import {
  bodyOfOneResource,
  bodyToSend,
  TEMPLATE_BODY_LIMIT,
} from '../../../helper/src/operator/stack/template-body.ts';
import { changeSetParameters } from '../../../helper/src/operator/stack/template-values.ts';
import { readTemplate } from '../../../helper/src/operator/stack/templates.ts';
import {
  templateValueComplaint,
  templateValueComplaints,
} from '../../../helper/src/operator/stack/value-complaints.ts';
import { validate } from '../../../helper/src/parameters/validate.ts';
import { SMALL_TEMPLATES } from '../../support/operator-host.ts';

const real = (kind: TemplateName) =>
  readTemplate(kind, readFileSync(new URL(`../../../infrastructure/${kind}.yaml`, import.meta.url), 'utf8'));

for (const kind of ['network', 'builder', 'jenkins', 'service'] as const) {
  test(`${kind}.yaml can be sent`, () => {
    expect(Buffer.byteLength(bodyToSend(real(kind)))).toBeLessThanOrEqual(TEMPLATE_BODY_LIMIT);
  });

  test(`the small ${kind}.yaml of the transcripts has no parameter that the real one lacks`, () => {
    const names = [...real(kind).parameters.keys()];
    const small = [...readTemplate(kind, SMALL_TEMPLATES[kind]).parameters.keys()];
    expect(small.filter((name) => !names.includes(name))).toEqual([]);
  });
}

test('every flag is a parameter of the real templates', () => {
  const { values } = validate(upParameters, {
    domain: 'example.com',
    hostedZone: 'Z0123456789ABC',
    certificate: 'arn:aws:acm:ap-southeast-2:111122223333:certificate/12345678-1234-1234-1234-123456789012',
    vpc: 'vpc-0a1b2c3d',
    subnets: ['subnet-0a1b2c3d', 'subnet-1a2b3c4d'],
    controllerImage: 'jenkins/jenkins:2.333',
    bare: true,
    cpu: 1024,
    memory: 4096,
    executors: 0,
    admin: 'root',
    githubSecret: 'arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:github-AbCdEf',
    repository: 'https://github.com/acme/shop',
    libraryRepository: 'https://github.com/acme/fargate-ci',
    libraryVersion: 'v1.0.0',
    ingress: '203.0.113.0/24',
  });
  const { builder, jenkins } = templateValuesOfUp(values, 'jenkins.example.com');
  expect(templateValueComplaints(real('builder'), builder)).toEqual([]);
  expect(templateValueComplaints(real('jenkins'), jenkins)).toEqual([]);
  expect(jenkins.size).toBe(16);
});

test('a new Jenkins needs no values but those that are found out or have defaults', () => {
  const found = ['VpcId', 'Subnets', 'Cluster', 'CallerPolicyArn', 'ControllerImage', 'Host'];
  const values = new Map(found.map((name) => [name, { value: 'x', source: '' }]));
  expect(changeSetParameters(real('jenkins'), values, undefined).missing).toEqual([]);
  expect(changeSetParameters(real('builder'), new Map(), undefined).missing).toEqual(['VpcId', 'Subnets']);
});

test('every parameter of infra service is declared', () => {
  expect(Object.keys(serviceParameters)).toEqual(
    expect.arrayContaining(['service', 'host', 'path', 'port', 'priority']),
  );
});

test('a template that is too long is sent without its comments, with its tags unchanged', () => {
  const tailed = real('builder').body.replace('Type: AWS::S3::Bucket\n', 'Type: AWS::S3::Bucket # xxx\n');
  const long = `# ${'x'.repeat(TEMPLATE_BODY_LIMIT)}\n${tailed}`;
  const sent = bodyToSend({ name: 'builder', body: long });
  expect(sent).not.toContain('xxx');
  expect(sent).not.toMatch(/^\s*# /m);
  for (const tag of ['!Sub', '!If', '!Ref', '!GetAtt', '!Equals', '!Join']) expect(sent).toContain(tag);
  const silent = { logLevel: 'silent' } as const;
  const { Metadata, ...rest } = parse(real('builder').body, silent);
  expect(Metadata).toBeDefined();
  expect(parse(sent, silent)).toEqual(rest);
});

test('the bucket alone can be imported: parameters and one resource, no outputs', () => {
  const alone = bodyOfOneResource(real('builder'), 'ContextBucket');
  const parsed = parse(alone, { logLevel: 'silent' });
  expect(Object.keys(parsed.Resources)).toEqual(['ContextBucket']);
  expect(parsed.Resources.ContextBucket.DeletionPolicy).toMatch(/^Retain/);
  expect(Object.keys(parsed)).toEqual(['AWSTemplateFormatVersion', 'Description', 'Parameters', 'Resources']);
  expect(alone).toContain('!Ref ContextDays');
});

for (const [name, value, complaint] of [
  ['Prefix', 'aws-ci', '2-32 lower case letters'],
  ['Prefix', 'team-a', undefined],
  ['VpcId', 'vpc1', "a VPC's ID, as vpc-"],
  ['Subnets', 'subnet-0a,subnet-1b', undefined],
  ['Subnets', 'subnet-0a,sg-1b', 'IDs of subnets, as subnet-'],
  ['ContextDays', '0', 'a number from 1 to 365'],
  ['ContextDays', 'ten', 'a number from 1 to 365'],
  ['ContextDays', '14', undefined],
  ['LogDays', '31', 'one of 1, 3, 5'],
  ['PublicIp', 'yes', 'one of ENABLED, DISABLED'],
] as const)
  test(`builder.yaml: ${name} = ${value}`, () => {
    const parameter = real('builder').parameters.get(name);
    const said = parameter && templateValueComplaint(value, parameter);
    if (complaint === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(complaint);
  });
