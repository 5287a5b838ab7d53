import { Failure } from '../../../failure.ts';
import { readStoredSettings } from '../../../settings/stored-settings.ts';
import type { OperatorWorld, TemplateName } from '../../operator-world.ts';
import { refuseParameters } from '../../refuse-parameters.ts';
import { STACK_ORDER, stackName } from '../../stack/stacks.ts';
import type { TemplateValue } from '../../stack/template-values.ts';
import { readTemplate, type Template } from '../../stack/templates.ts';
import { type Inventory, readInventory } from '../inventory.ts';
import { prefixOf } from '../stack-prefix.ts';
import { isBuiltByUs } from './controller-image.ts';
import { findHostValues } from './find-host.ts';
import { findNetworkValues } from './find-network.ts';
import { findScanningValues } from './image-scanning.ts';
import { jenkinsHost } from './jenkins-host.ts';
import { hasResources, newStacks, type UpTarget } from './plan-up.ts';
import { regionComplaints } from './region-complaints.ts';
import { subnetRangeComplaints } from './subnet-ranges.ts';
import { jenkinsSizeComplaints, upComplaints } from './up-complaints.ts';
import type { UpParameters } from './up-parameters.ts';
import { NOTHING_FOUND, type ProgramFiles, type UpRequest } from './up-request.ts';
import { templateValuesOfUp } from './up-values.ts';

/**
 * Reads what the operator wants and what is there; nothing is changed.
 * @throws Failure `usage` with all that is wrong, as far as it can be found out before anything is created
 */
export async function prepareUp(world: OperatorWorld, params: UpParameters, files: ProgramFiles): Promise<UpRequest> {
  const prefix = prefixOf(world, params);
  const read = (name: TemplateName): Template => readTemplate(name, files.templates[name]);
  const templates = { network: read('network'), builder: read('builder'), jenkins: read('jenkins') };
  const host = jenkinsHost(params);
  const given = templateValuesOfUp(params, host);
  const prefixValue: readonly [string, TemplateValue] = ['Prefix', { value: prefix, source: 'prefix' }];
  const values = {
    network: new Map([prefixValue, ...given.network]),
    builder: new Map([prefixValue, ...given.builder]),
    jenkins: new Map([prefixValue, ...given.jenkins]),
  };
  const pairs = STACK_ORDER.map((kind) => [templates[kind], values[kind]] as const);
  refuseParameters(upComplaints(params, { prefix, region: world.aws.region, values: pairs }), 'infra up');
  const present = await readInventory(world, prefix);
  await refuseForeignBuilder(world, prefix, present);
  const jenkins = present.stacks.get(stackName(prefix, 'jenkins'));
  const image = jenkins?.parameters.ControllerImage;
  const target: UpTarget = {
    prefix,
    only: params.only === 'builder' ? 'builder' : undefined,
    ownVpc: params.vpc !== undefined || params.builderParameters.VpcId !== undefined,
    // An image that this program did not build stays, unless another is named.
    ownImage: params.controllerImage !== undefined || (image !== undefined && !isBuiltByUs(image)),
  };
  const request: UpRequest = { params, prefix, target, present, templates, values, controller: files.controller };
  const foundNetwork = await findNetworkValues(world, request);
  const foundHost = target.only === 'builder' ? NOTHING_FOUND : await findHostValues(world, request, host);
  const complaints = [
    ...subnetRangeComplaints(values.network, present.stacks.get(stackName(prefix, 'network'))?.parameters),
    ...(target.only === 'builder' ? [] : jenkinsSizeComplaints(values.jenkins, jenkins?.parameters)),
    ...(await regionComplaints(world, newStacks(target, present))),
    ...foundNetwork.complaints,
    ...foundHost.complaints,
  ];
  refuseParameters(complaints, 'infra up');
  const scanning = await findScanningValues(world, request);
  if (target.only === undefined && !hasResources(jenkins)) {
    const zone = new Map(foundHost.values).get('HostedZoneId')?.value ?? params.hostedZone;
    const record = zone ? `the hosted zone ${zone} gets its DNS record` : 'its DNS record is yours to make';
    const text = `Jenkins will be at https://${host ?? jenkins?.parameters.Host}/; ${record}`;
    world.report({ type: 'infra-step', topic: 'host', text });
  }
  return {
    ...request,
    values: {
      network: values.network,
      builder: new Map([...foundNetwork.values, ...scanning, ...values.builder]),
      jenkins: new Map([...foundNetwork.values, ...foundHost.values, ...values.jenkins]),
    },
  };
}

/** Refuses a prefix whose settings another stack has written: the names of its resources are taken too. */
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
