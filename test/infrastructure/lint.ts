import { Deployed, type Subnets } from './deployed.ts';
import { at, type Block, block, type Template, type Value, valuesOfList } from './template.ts';

/** Amazon ECS developer guide, "Task CPU and memory": least, most and step of the memory in MiB, by CPU units. */
const SIZES: ReadonlyMap<number, readonly [number, number, number]> = new Map([
  [512, [1024, 4096, 1024]],
  [1024, [2048, 8192, 1024]],
  [2048, [4096, 16384, 1024]],
  [4096, [8192, 30720, 1024]],
  [8192, [16384, 61440, 4096]],
  [16384, [32768, 122880, 8192]],
]);

/** True if Fargate has a task size of this many CPU units and MiB. */
export function isFargateSize(cpu: number, memory: number): boolean {
  if (cpu === 256) return [512, 1024, 2048].includes(memory);
  const [least = 1, most = 0, step = 1] = SIZES.get(cpu) ?? [];
  return memory >= least && memory <= most && memory % step === 0;
}

/** Elastic Load Balancing, "Security policies for your Application Load Balancer": those without TLS 1.0 and 1.1. */
const SSL_POLICIES: ReadonlySet<string> = new Set(
  [
    ...['1-2-2021-06', '1-2-Res-2021-06', '1-2-Ext1-2021-06', '1-2-Ext2-2021-06', '1-3-2021-06'],
    ...['1-2-FIPS-2023-04', '1-2-Res-FIPS-2023-04', '1-2-Ext0-FIPS-2023-04', '1-2-Ext1-FIPS-2023-04'],
    ...['1-2-Ext2-FIPS-2023-04', '1-3-FIPS-2023-04', '1-2-PQ-2025-09', '1-2-Res-PQ-2025-09', '1-2-Ext1-PQ-2025-09'],
    ...['1-2-Ext2-PQ-2025-09', '1-3-PQ-2025-09', '1-2-FIPS-PQ-2025-09', '1-2-Res-FIPS-PQ-2025-09'],
    ...['1-2-Ext0-FIPS-PQ-2025-09', '1-2-Ext1-FIPS-PQ-2025-09', '1-2-Ext2-FIPS-PQ-2025-09', '1-3-FIPS-PQ-2025-09'],
  ].map((name) => `ELBSecurityPolicy-TLS13-${name}`),
);

/** Status codes of an application load balancer's target group: 200-499, single ones and ranges, by commas. */
export function isMatcher(text: string): boolean {
  return text.split(',').every((part) => {
    const [, low = '', high = low] = /^([2-4]\d\d)(?:-([2-4]\d\d))?$/.exec(part) ?? [];
    return low !== '' && Number(low) <= Number(high);
  });
}

/** The characters that EC2 takes in the description of a security group or of a rule. It refuses an apostrophe, for example. */
const isGroupDescription = (text: string): boolean => /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(text);

/** The parameters that a template needs, so that its rules accept a stack. */
export interface Sample {
  readonly parameters: Readonly<Record<string, string>>;
  readonly subnets?: Subnets;
}

/** The faults that cfn-lint accepts and AWS would refuse, one sentence for each. */
export function complaints(template: Template, sample: Sample): string[] {
  const stack = new Deployed(template, sample.parameters);
  const refused = stack.refusals(sample.subnets);
  if (refused.length > 0) return refused.map((one) => `the sample is refused: ${one}`);
  return Object.entries(block(template.root.Resources))
    .map(([id, resource]): [string, Block] => [id, block(resource)])
    .flatMap(([id, resource]) => check(template, sample, id, resource).map((what) => `${id}: ${what}`));
}

function check(template: Template, sample: Sample, id: string, resource: Block): string[] {
  const properties = block(resource.Properties ?? {});
  switch (resource.Type) {
    case 'AWS::ECS::TaskDefinition':
      return sizes(template, sample, properties);
    case 'AWS::ECS::Service':
      return percentages(properties);
    case 'AWS::ElasticLoadBalancingV2::TargetGroup':
      return matcher(template, at(properties, 'Matcher', 'HttpCode'));
    case 'AWS::ElasticLoadBalancingV2::Listener':
      return properties.Protocol === 'HTTPS' ? sslPolicy(template, properties.SslPolicy) : [];
    case 'AWS::EC2::SecurityGroup':
      return descriptions(new Deployed(template, sample.parameters), id);
    default:
      return [];
  }
}

/** The values that a property can have: its own value, or those that its parameter allows. */
function values(template: Template, value: Value | undefined): { parameter?: string; values: string[] } {
  const parameter = at(value, 'Ref');
  if (parameter === undefined) return { values: value === undefined ? [] : [String(value)] };
  const declared = at(template.root, 'Parameters', String(parameter));
  return { parameter: String(parameter), values: valuesOfList(at(declared, 'AllowedValues')).map(String) };
}

function sizes(template: Template, sample: Sample, properties: Block): string[] {
  const [cpu, memory] = [values(template, properties.Cpu), values(template, properties.Memory)];
  if (cpu.values.length === 0 || memory.values.length === 0) return ['Cpu and Memory need a value or AllowedValues'];
  return cpu.values.flatMap((units) => {
    const taken = memory.values.filter((mebibytes) => {
      const given = {
        ...(cpu.parameter && { [cpu.parameter]: units }),
        ...(memory.parameter && { [memory.parameter]: mebibytes }),
      };
      return new Deployed(template, { ...sample.parameters, ...given }).refusals(sample.subnets).length === 0;
    });
    const wrong = taken.filter((mebibytes) => !isFargateSize(Number(units), Number(mebibytes)));
    if (taken.length === 0) return [`no Memory goes with Cpu ${units}`];
    return wrong.map((mebibytes) => `Fargate has no task of Cpu ${units} and Memory ${mebibytes}`);
  });
}

function percentages(properties: Block): string[] {
  const configuration = at(properties, 'DeploymentConfiguration');
  const [least, most] = [at(configuration, 'MinimumHealthyPercent'), at(configuration, 'MaximumPercent')];
  const [low, high, desired] = [Number(least ?? 100), Number(most ?? 200), Number(properties.DesiredCount ?? 1)];
  if (!(low >= 0 && low <= 100)) return [`MinimumHealthyPercent ${low} is not within 0 and 100`];
  if (!(high >= 100 && high <= 200)) return [`MaximumPercent ${high} is not within 100 and 200`];
  const stuck = Math.floor((desired * high) / 100) <= Math.ceil((desired * low) / 100);
  return stuck ? [`with ${low} and ${high} percent of ${desired} nothing can be replaced`] : [];
}

const BAD_MATCHERS = ['200;403', '200 403', '200, 403', '600', '100', '2xx', '200,', '200-', '-', ''];

function matcher(template: Template, value: Value | undefined): string[] {
  const parameter = at(value, 'Ref');
  if (parameter === undefined) return isMatcher(String(value)) ? [] : [`Matcher ${String(value)} is none`];
  const declared = at(template.root, 'Parameters', String(parameter));
  const standard = String(at(declared, 'Default') ?? '200');
  const pattern = new RegExp(String(at(declared, 'AllowedPattern') ?? ''));
  return [
    ...(isMatcher(standard) ? [] : [`Matcher ${standard} is none`]),
    ...BAD_MATCHERS.filter((bad) => pattern.test(bad)).map((bad) => `${String(parameter)} takes the Matcher "${bad}"`),
  ];
}

function sslPolicy(template: Template, value: Value | undefined): string[] {
  const known = values(template, value);
  if (known.values.length === 0) return ['SslPolicy needs a value or AllowedValues'];
  return known.values.filter((name) => !SSL_POLICIES.has(name)).map((name) => `SslPolicy ${name} is unknown or weak`);
}

function descriptions(stack: Deployed, id: string): string[] {
  const properties = at(stack.resources.get(id), 'Properties');
  const rules = [
    ...valuesOfList(at(properties, 'SecurityGroupIngress')),
    ...valuesOfList(at(properties, 'SecurityGroupEgress')),
  ];
  return [at(properties, 'GroupDescription'), ...rules.map((rule) => at(rule, 'Description'))]
    .map(String)
    .filter((text) => !isGroupDescription(text))
    .map((text) => `EC2 refuses the description "${text}"`);
}
