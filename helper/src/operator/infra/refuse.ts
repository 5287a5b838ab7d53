import { Failure } from '../../failure.ts';
import { sizeComplaints } from '../../fargate/sizes.ts';
import type { UpParameters } from '../parameters.ts';
import type { Template } from '../templates.ts';
import type { Observed } from './stacks.ts';
import { type Values, valueComplaints } from './values.ts';

/** @throws Failure `usage` with all complaints at once */
export function refuse(complaints: readonly string[], command: string): void {
  const [first] = complaints;
  if (first === undefined) return;
  const hint = `nothing was changed. The parameters: docs/infra.md, or fargate-ci ${command} --help`;
  if (complaints.length === 1) throw new Failure('usage', first, { hint });
  throw new Failure('usage', `${complaints.length} things are wrong with the parameters`, {
    hint,
    evidence: complaints,
  });
}

/** What is wrong with the parameters of an `up`, as far as they tell themselves. */
export function upComplaints(
  params: UpParameters,
  region: string,
  given: readonly (readonly [Template, Values])[],
): string[] {
  const { vpc, subnets, certificate, bare, controllerImage, ingress } = params;
  const network = new Map(given.find(([{ kind }]) => kind === 'network')?.[1]);
  return [
    ...given.flatMap(([template, values]) => valueComplaints(template, values)),
    ...(vpc !== undefined && subnets.length < 2
      ? ['"vpc" needs "subnets": two public ones of that VPC, in different zones']
      : []),
    ...(vpc === undefined && subnets.length > 0 ? ['"subnets" needs "vpc", the VPC that they belong to'] : []),
    ...certificateComplaints(certificate, region),
    ...(bare === true && controllerImage === undefined
      ? ['"bare" needs "controllerImage", for instance jenkins/jenkins:2.333']
      : []),
    ...(bare === true && (ingress ?? '0.0.0.0/0') === '0.0.0.0/0'
      ? ['"bare" needs "ingress", the range that you come from: such an image has no users yet, and maybe known holes']
      : []),
    ...cidrComplaints(network),
  ];
}

/** What is wrong with the size of Jenkins, as it will be: what is not given is the stack's, else the template's. */
export function sizeComplaint({ cpu, memory }: UpParameters, stack: Observed | undefined): string[] {
  if (cpu === undefined && memory === undefined) return [];
  const { Cpu = '512', Memory = '2048' } = stack?.parameters ?? {};
  return sizeComplaints({ cpu: cpu ?? Number(Cpu), memory: memory ?? Number(Memory) }, undefined);
}

/** A load balancer takes certificates of its own region only. */
export function certificateComplaints(certificate: string | undefined, region: string): string[] {
  const its = /^arn:[a-z-]+:acm:([a-z0-9-]+):/.exec(certificate ?? '')?.[1];
  return its === undefined || its === region
    ? []
    : [
        `"certificate" is of ${its}, and the load balancer will be in ${region}: it takes certificates of its own region`,
      ];
}

interface Range {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

function rangeOf(cidr: string): Range | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  const size = 2 ** (32 - bits);
  const from = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size;
  return { text: cidr, from, to: from + size - 1 };
}

/** Subnets lie inside their VPC, and apart. The defaults are those of network.yaml. */
function cidrComplaints(network: Values): string[] {
  const range = (name: string, otherwise: string) => rangeOf(network.get(name)?.value ?? otherwise);
  const vpc = range('VpcCidr', '172.16.0.0/16');
  const first = range('Subnet1Cidr', '172.16.0.0/24');
  const second = range('Subnet2Cidr', '172.16.1.0/24');
  if (vpc === undefined || first === undefined || second === undefined) return [];
  const outside = [first, second].filter(({ from, to }) => from < vpc.from || to > vpc.to);
  return [
    ...outside.map(({ text }) => `the subnet ${text} is not inside the VPC's ${vpc.text} (networkParameters)`),
    ...(first.from <= second.to && second.from <= first.to
      ? [`the subnets ${first.text} and ${second.text} overlap (networkParameters)`]
      : []),
  ];
}
