import { cpuUnits, mebibytes, sizeComplaints } from '../../../ecs/task-sizes.ts';
import { certificateRegionComplaints } from '../../account/certificate.ts';
import type { TemplateValues } from '../../stack/template-values.ts';
import type { Template } from '../../stack/templates.ts';
import { templateValueComplaints } from '../../stack/value-complaints.ts';
import { prefixComplaints } from '../stack-prefix.ts';
import { jenkinsHostComplaints } from './jenkins-host.ts';
import type { UpParameters } from './up-parameters.ts';

/** The values that the templates get, and where the stacks shall be. */
interface UpValues {
  readonly prefix: string;
  readonly region: string;
  readonly values: readonly (readonly [Template, TemplateValues])[];
}

/** Checks the parameters of an `up`, as far as that needs no question to AWS. */
export function upComplaints(params: UpParameters, { prefix, region, values }: UpValues): string[] {
  const { vpc, subnets, certificate, bare, controllerImage, ingress, networkParameters } = params;
  const ofPrefix = prefixComplaints(prefix);
  const ofHost = jenkinsHostComplaints(params);
  // These complaints say more than the templates' own about the same values.
  const checked = [...(ofPrefix.length > 0 ? ['Prefix'] : []), ...(ofHost.length > 0 ? ['Host'] : [])];
  return [
    ...ofPrefix,
    ...ofHost,
    ...values.flatMap(([template, all]) =>
      templateValueComplaints(template, new Map([...all].filter(([name]) => !checked.includes(name)))),
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

/**
 * Checks the size that Jenkins will have.
 * @param stack the stack's own values, for those that are not given; the template's defaults come last
 */
export function jenkinsSizeComplaints(jenkins: TemplateValues, stack: Readonly<Record<string, string>> = {}): string[] {
  if (!jenkins.has('Cpu') && !jenkins.has('Memory')) return [];
  const cpu = cpuUnits(jenkins.get('Cpu')?.value ?? stack.Cpu ?? '512');
  const memory = mebibytes(jenkins.get('Memory')?.value ?? stack.Memory ?? '2048');
  if (cpu === undefined || memory === undefined) return [];
  return sizeComplaints({ cpu, memory }).map((complaint) => `the size of Jenkins: ${complaint}`);
}
