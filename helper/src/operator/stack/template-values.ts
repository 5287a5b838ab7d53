import { cpuUnits, mebibytes } from '../../ecs/task-sizes.ts';
import { nearestOf } from '../../text/nearest-name.ts';
import type { UpParameters } from '../infra/up/up-parameters.ts';
import { type Template, templateValueComplaint } from './templates.ts';

/** A value for a template's parameter, and the name by which the operator knows it. */
export interface TemplateValue {
  readonly value: string;
  /** `domain`, or `builderParameters.LogDays`; empty where this program found it out. */
  readonly by: string;
}

/** Values by the template's parameters. */
export type TemplateValues = ReadonlyMap<string, TemplateValue>;

type Wish = readonly [parameter: string, by: string, value: string | number | boolean | undefined];

/** Collects values; what is undefined is left to the stack. Later ones win. */
export function collectTemplateValues(
  wishes: readonly Wish[],
  further: Readonly<Record<string, string>>,
  name: string,
): TemplateValues {
  const named = wishes.flatMap(([parameter, by, value]): [string, TemplateValue][] =>
    value === undefined ? [] : [[parameter, { value: String(value), by }]],
  );
  const others = Object.entries(further).map(([parameter, value]): [string, TemplateValue] => [
    parameter,
    { value, by: `${name}.${parameter}` },
  ]);
  return new Map([...named, ...others]);
}

/** The values that the operator gives for each stack; those that come from other stacks' outputs are not among them. */
export function templateValuesOfUp(params: UpParameters, host: string | undefined) {
  const network = collectTemplateValues([], params.networkParameters, 'networkParameters');
  const builder = collectTemplateValues(
    [
      ['VpcId', 'vpc', params.vpc],
      ['Subnets', 'subnets', params.subnets.length > 0 ? params.subnets.join(',') : undefined],
    ],
    params.builderParameters,
    'builderParameters',
  );
  const jenkins = collectTemplateValues(
    [
      ['VpcId', 'vpc', params.vpc],
      ['Subnets', 'subnets', params.subnets.length > 0 ? params.subnets.join(',') : undefined],
      ['Host', params.host === undefined ? 'domain' : 'host', host],
      ['HostedZoneId', 'hostedZone', params.hostedZone],
      ['CertificateArn', 'certificate', params.certificate],
      ['ControllerImage', 'controllerImage', params.controllerImage],
      ['BareImage', 'bare', params.bare],
      ['Cpu', 'cpu', params.cpu && (cpuUnits(params.cpu) ?? params.cpu)],
      ['Memory', 'memory', params.memory && (mebibytes(params.memory) ?? params.memory)],
      ['Executors', 'executors', params.executors],
      ['AdminUser', 'admin', params.admin],
      ['GitHubSecretArn', 'githubSecret', params.githubSecret],
      ['PipelineRepository', 'repository', params.repository],
      ['LibraryRepository', 'libraryRepository', params.libraryRepository],
      ['LibraryVersion', 'libraryVersion', params.libraryVersion],
      ['IngressCidr', 'ingress', params.ingress],
    ],
    params.jenkinsParameters,
    'jenkinsParameters',
  );
  return { network, builder, jenkins };
}

/** What is wrong with values for a template, a sentence each. */
export function templateValueComplaints({ parameters, kind }: Template, values: TemplateValues): string[] {
  return [...values].flatMap(([name, { value, by }]) => {
    const parameter = parameters.get(name);
    if (parameter !== undefined) {
      const complaint = templateValueComplaint(value, parameter);
      return complaint === undefined ? [] : [`"${by || name}" ${complaint}`];
    }
    const near = nearestOf(name, [...parameters.keys()]);
    return [
      `infrastructure/${kind}.yaml has no parameter "${name}"${near ? `; did you mean "${near}"?` : ''}${by ? ` (${by})` : ''}`,
    ];
  });
}

/**
 * The parameters of one change: given ones, those that the stack has where it knows them, and the template's defaults
 * for all others.
 * @returns undefined as a value keeps the stack's own; `missing` are those that nobody knows
 */
export function changeSetParameters(
  { parameters }: Template,
  values: TemplateValues,
  stack: { readonly parameters: Readonly<Record<string, string>> } | undefined,
): { parameters: Record<string, string | undefined>; missing: string[] } {
  const chosen: Record<string, string | undefined> = {};
  const missing: string[] = [];
  for (const [name, { required }] of parameters) {
    const given = values.get(name);
    if (given !== undefined) chosen[name] = given.value;
    else if (stack !== undefined && Object.hasOwn(stack.parameters, name)) chosen[name] = undefined;
    else if (required) missing.push(name);
  }
  return { parameters: chosen, missing };
}
