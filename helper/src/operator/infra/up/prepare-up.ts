import { Failure } from '../../../failure.ts';
import { readStoredSettings } from '../../../settings/stored-settings.ts';
import { subnetRangeComplaints } from '../../account/address-ranges.ts';
import { serviceComplaints } from '../../account/regional-services.ts';
import type { OperatorWorld } from '../../operator-world.ts';
import type { DesiredStack } from '../../stack/plan-change.ts';
import { type MainStack, type ObservedStack, stackName } from '../../stack/stacks.ts';
import { type TemplateValue, type TemplateValues, templateValuesOfUp } from '../../stack/template-values.ts';
import { readTemplate, type Template, type TemplateName, type TemplateTexts } from '../../stack/templates.ts';
import { jenkinsHost } from '../host-names.ts';
import { readInventory } from '../inventory.ts';
import { prefixOf } from '../stack-prefix.ts';
import { findHostValues, findNetworkValues } from './find-host.ts';
import { findScanningValues } from './image-scanning.ts';
import { hasResources, type Inventory, newStacks, type UpTarget } from './plan-up.ts';
import { jenkinsSizeComplaints, refuseParameters, upComplaints } from './up-complaints.ts';
import type { UpParameters } from './up-parameters.ts';

/** What one `up` or `plan` works with. */
export interface UpRequest {
  readonly params: UpParameters;
  readonly prefix: string;
  readonly target: UpTarget;
  readonly present: Inventory;
  readonly templates: Readonly<Record<MainStack, Template>>;
  readonly given: Readonly<Record<MainStack, TemplateValues>>;
  readonly controller: string;
}

/** Where the things of this program itself are. */
export interface ProgramFiles {
  readonly templates: TemplateTexts;
  /** Folder of the controller's image. */
  readonly controller: string;
}

/**
 * Reads what is there and what is wanted; nothing is changed.
 * @throws Failure `usage` with all that is wrong, as far as it can be told beforehand
 */
export async function prepareUp(world: OperatorWorld, params: UpParameters, own: ProgramFiles): Promise<UpRequest> {
  const prefix = prefixOf(world, params);
  const read = (kind: TemplateName): Template => readTemplate(kind, own.templates[kind]);
  const templates = { network: read('network'), builder: read('builder'), jenkins: read('jenkins') };
  const host = jenkinsHost(params);
  const values = templateValuesOfUp(params, host);
  const name: readonly [string, TemplateValue] = ['Prefix', { value: prefix, by: 'prefix' }];
  const given = {
    network: new Map([name, ...values.network]),
    builder: new Map([name, ...values.builder]),
    jenkins: new Map([name, ...values.jenkins]),
  };
  const pairs = [templates.network, templates.builder, templates.jenkins].map((template, at) => {
    const own = [given.network, given.builder, given.jenkins][at] ?? new Map();
    return [template, own] as const;
  });
  refuseParameters(upComplaints(params, { prefix, region: world.aws.region, given: pairs }), 'infra up');
  const present = await readInventory(world, prefix);
  await refuseForeignBuilder(world, prefix, present);
  const before = present.stacks.get(stackName(prefix, 'jenkins'));
  const target: UpTarget = {
    prefix,
    only: params.only === 'builder' ? 'builder' : undefined,
    ownVpc: params.vpc !== undefined || params.builderParameters.VpcId !== undefined,
    ownImage: params.controllerImage !== undefined || hasOtherImage(before),
  };
  const job: UpRequest = { params, prefix, target, present, templates, given, controller: own.controller };
  const network = await findNetworkValues(world, job);
  const jenkins = target.only === 'builder' ? { values: [], complaints: [] } : await findHostValues(world, job, host);
  const complaints = [
    ...subnetRangeComplaints(given.network, present.stacks.get(stackName(prefix, 'network'))?.parameters),
    ...(target.only === 'builder' ? [] : jenkinsSizeComplaints(given.jenkins, before?.parameters)),
    ...(await serviceComplaints(world, newStacks(target, present))),
    ...network.complaints,
    ...jenkins.complaints,
  ];
  refuseParameters(complaints, 'infra up');
  const scanning = await findScanningValues(world, job);
  if (target.only === undefined && !hasResources(before)) {
    const zone = new Map(jenkins.values).get('HostedZoneId')?.value ?? params.hostedZone;
    const where = zone ? `the hosted zone ${zone} gets its DNS record` : 'its DNS record is yours to make';
    const text = `Jenkins will be at https://${host ?? before?.parameters.Host}/; ${where}`;
    world.report({ type: 'infra-step', topic: 'host', text });
  }
  return {
    ...job,
    given: {
      network: given.network,
      builder: new Map([...network.values, ...scanning, ...given.builder]),
      jenkins: new Map([...network.values, ...jenkins.values, ...given.jenkins]),
    },
  };
}

/** Settings without the stack that should have written them are another stack's: its names are taken, too. */
async function refuseForeignBuilder(world: OperatorWorld, prefix: string, { stacks }: Inventory): Promise<void> {
  const name = stackName(prefix, 'builder');
  if (stacks.has(name)) return;
  const { values } = await readStoredSettings(world, prefix);
  if (!values.has('cluster')) return;
  throw new Failure('usage', `the prefix ${prefix} is in use by a builder that is not the stack ${name}`, {
    hint: `nothing was changed. Take another prefix (--prefix), or delete the stack that has /${prefix}/cluster first: docs/infrastructure.md says how`,
    evidence: [`SSM parameter /${prefix}/cluster: ${values.get('cluster')}`, `no stack ${name} in ${world.aws.region}`],
  });
}

/** Whether Jenkins runs an image that this program did not build: it stays, unless another is named. */
const hasOtherImage = (jenkins: ObservedStack | undefined): boolean =>
  jenkins?.parameters.ControllerImage !== undefined &&
  !/\/jenkins-controller[@:]/.test(jenkins.parameters.ControllerImage);

/** The stack as it shall be, from what was given and what the stacks before it came to. */
export function desiredStack(
  { prefix, templates, given, present }: UpRequest,
  kind: MainStack,
  stacks: ReadonlyMap<MainStack, ObservedStack>,
  found: Readonly<Record<string, string | undefined>> = {},
): DesiredStack {
  const network = stacks.get('network')?.outputs ?? {};
  const builder = stacks.get('builder');
  const vpc = network.VpcId ?? builder?.parameters.VpcId;
  const subnets = network.Subnets ?? builder?.parameters.Subnets;
  const outputs: Record<string, string | undefined> = {
    ...(kind === 'network' ? {} : { VpcId: vpc, Subnets: subnets }),
    ...(kind === 'jenkins'
      ? {
          Cluster: builder?.outputs.Cluster,
          CallerPolicyArn: builder?.outputs.CallerPolicyArn,
          FileSystemId: present.kept.fileSystem,
        }
      : {}),
    ...found,
  };
  const before = present.stacks.get(stackName(prefix, kind));
  // What a failed attempt was given need not be given again.
  const earlier = before === undefined || hasResources(before) ? {} : before.parameters;
  const known = Object.entries(earlier).filter(([name]) => templates[kind].parameters.has(name));
  const values = new Map<string, TemplateValue>(known.map(([name, value]) => [name, { value, by: '' }]));
  const worked = new Map<string, TemplateValue>(
    Object.entries(outputs).flatMap(([name, value]) => (value === undefined ? [] : [[name, { value, by: '' }]])),
  );
  for (const [name, value] of [...worked, ...given[kind]]) values.set(name, value);
  return { name: stackName(prefix, kind), prefix, template: templates[kind], values };
}

/** The bucket of contexts in builder.yaml. */
export const CONTEXT_BUCKET = { ResourceType: 'AWS::S3::Bucket', LogicalResourceId: 'ContextBucket' } as const;
