import { cpuUnits, mebibytes, sizeComplaints } from '../../../ecs/task-sizes.ts';
import { Failure } from '../../../failure.ts';
import { certificateRegionComplaints } from '../../account/certificate.ts';
import { type TemplateValues, templateValueComplaints } from '../../stack/template-values.ts';
import type { Template } from '../../stack/templates.ts';
import { jenkinsHostComplaints } from '../host-names.ts';
import { prefixComplaints } from '../stack-prefix.ts';
import type { UpParameters } from './up-parameters.ts';

/** @throws Failure `usage` with all complaints at once */
export function refuseParameters(all: readonly string[], command: string): void {
  // Two templates can complain of the same value.
  const complaints = [...new Set(all)];
  const [first] = complaints;
  if (first === undefined) return;
  const hint = `nothing was changed. The parameters: docs/infra.md, or fargate-ci ${command} --help`;
  if (complaints.length === 1) throw new Failure('usage', first, { hint });
  throw new Failure('usage', `${complaints.length} things are wrong with the parameters`, {
    hint,
    evidence: complaints,
  });
}

/** What the templates are given, and under which prefix. */
interface Wish {
  readonly prefix: string;
  readonly region: string;
  readonly given: readonly (readonly [Template, TemplateValues])[];
}

/** What is wrong with the parameters of an `up`, as far as they tell themselves. */
export function upComplaints(params: UpParameters, { prefix, region, given }: Wish): string[] {
  const { vpc, subnets, certificate, bare, controllerImage, ingress, networkParameters } = params;
  // Told by themselves, and better.
  const prefixed = prefixComplaints(prefix);
  const named = jenkinsHostComplaints(params);
  const told = [...(prefixed.length > 0 ? ['Prefix'] : []), ...(named.length > 0 ? ['Host'] : [])];
  return [
    ...prefixed,
    ...named,
    ...given.flatMap(([template, values]) =>
      templateValueComplaints(template, new Map([...values].filter(([name]) => !told.includes(name)))),
    ),
    ...(vpc === undefined && subnets.length > 0 ? ['"subnets" needs "vpc", the VPC that they belong to'] : []),
    ...(vpc !== undefined && subnets.length === 1 && params.only !== 'builder'
      ? ['"subnets" must be two public ones of the VPC, in different zones; leave it out to have them found']
      : []),
    ...(vpc !== undefined && Object.keys(networkParameters).length > 0
      ? ['"networkParameters" are of a VPC that is made, and "vpc" names one that is there: give one of the two']
      : []),
    ...certificateRegionComplaints(certificate, region),
    ...(bare === true && controllerImage === undefined
      ? ['"bare" needs "controllerImage", for instance jenkins/jenkins:2.333']
      : []),
    ...(bare === true && (ingress ?? '0.0.0.0/0') === '0.0.0.0/0'
      ? ['"bare" needs "ingress", the range that you come from: such an image has no users yet, and maybe known holes']
      : []),
  ];
}

/** What is wrong with the size of Jenkins, as it will be: what is not given is the stack's, else the template's. */
export function jenkinsSizeComplaints(jenkins: TemplateValues, stack: Readonly<Record<string, string>> = {}): string[] {
  if (!jenkins.has('Cpu') && !jenkins.has('Memory')) return [];
  const cpu = cpuUnits(jenkins.get('Cpu')?.value ?? stack.Cpu ?? '512');
  const memory = mebibytes(jenkins.get('Memory')?.value ?? stack.Memory ?? '2048');
  if (cpu === undefined || memory === undefined) return [];
  return sizeComplaints({ cpu, memory }).map((complaint) => `the size of Jenkins: ${complaint}`);
}
