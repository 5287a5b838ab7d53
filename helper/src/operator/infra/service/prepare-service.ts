import { certificateRegionComplaints, checkCertificate } from '../../account/certificate.ts';
import { checkHostedZone, findHostedZone, type ZoneAnswer } from '../../account/hosted-zone.ts';
import { freePriority, priorityComplaints, readListenerRules } from '../../account/listener-priority.ts';
import type { OperatorWorld, TemplateTexts } from '../../operator-world.ts';
import { refuseParameters } from '../../refuse-parameters.ts';
import type { DesiredStack } from '../../stack/plan-change.ts';
import { readStack } from '../../stack/stack-calls.ts';
import { conditionOf, type ObservedStack, serviceStackName } from '../../stack/stacks.ts';
import {
  collectTemplateValues,
  foundValue,
  type TemplateValue,
  type TemplateValues,
} from '../../stack/template-values.ts';
import { readTemplate, type Template } from '../../stack/templates.ts';
import { templateValueComplaints } from '../../stack/value-complaints.ts';
import { hostNameComplaint } from '../host-names.ts';
import { prefixComplaints, prefixOf } from '../stack-prefix.ts';
import { readLoadBalancer } from './load-balancer.ts';
import type { ServiceParameters } from './service-parameters.ts';

/** The stack of an app, as it shall be and as it is. */
export interface PreparedService {
  readonly desired: DesiredStack;
  readonly before: ObservedStack | undefined;
}

/**
 * Decides the stack that leads to an app; nothing is changed.
 * @throws Failure `usage` with what is wrong with the parameters
 */
export async function prepareService(
  world: OperatorWorld,
  params: ServiceParameters,
  templates: TemplateTexts,
): Promise<PreparedService> {
  const prefix = prefixOf(world, params);
  const template = readTemplate('service', templates.service);
  const given = givenValues(params, prefix);
  refuseParameters(writtenComplaints(params, { prefix, region: world.aws.region, template, given }), 'infra service');
  const name = serviceStackName(prefix, params.service);
  const before = await readStack(world, name);
  refuseParameters(nameComplaints(params.service, prefix, before), 'infra service');
  const settled = before !== undefined && conditionOf(before.status) === 'settled' ? before : undefined;
  const host = params.host ?? settled?.parameters.Host;
  const path = params.path ?? settled?.parameters.Path;
  if (!host && !path) refuseParameters(['"host" or "path" is required: what leads to the app'], 'infra service');
  const loadBalancer = await readLoadBalancer(world, prefix);
  const values = new Map<string, TemplateValue>(
    Object.entries(loadBalancer).map(([parameter, value]) => foundValue(parameter, value)),
  );
  const currentPriority = settled?.parameters.Priority;
  const priority = params.priority === undefined ? currentPriority : String(params.priority);
  if (priority === undefined || priority !== currentPriority) {
    const rules = await readListenerRules(world, loadBalancer.ListenerArn);
    if (params.priority !== undefined) refuseParameters(priorityComplaints(rules, params.priority), 'infra service');
    // Also where a priority is given: this refuses a host and path that lead elsewhere already.
    const free = settled === undefined ? freePriority(rules, { host, path }) : undefined;
    if (priority === undefined && free !== undefined) values.set(...foundValue('Priority', String(free)));
  }
  const zone = await findAppZone(world, params, settled, host);
  const complaints = [
    ...(zone !== undefined && 'complaint' in zone ? [zone.complaint] : []),
    ...(params.certificate === undefined ? [] : await checkCertificate(world, params.certificate, host)),
  ];
  refuseParameters(complaints, 'infra service');
  if (zone !== undefined && 'zone' in zone) values.set(...foundValue('HostedZoneId', zone.zone));
  for (const [parameter, value] of given) values.set(parameter, value);
  return { desired: { name, prefix, template, values }, before };
}

/** The values that the operator gives for service.yaml's parameters. */
const givenValues = (params: ServiceParameters, prefix: string): TemplateValues =>
  new Map([
    ['Prefix', { value: prefix, source: 'prefix' }] as const,
    ...collectTemplateValues(
      [
        ['Name', 'service', params.service],
        ['Host', 'host', params.host],
        ['Path', 'path', params.path],
        ['Port', 'port', params.port],
        ['HealthCheckPath', 'healthCheckPath', params.healthCheckPath],
        ['HealthCheckMatcher', 'healthCheckMatcher', params.healthCheckMatcher],
        ['HostedZoneId', 'hostedZone', params.hostedZone],
        ['CertificateArn', 'certificate', params.certificate],
        ['Priority', 'priority', params.priority],
      ],
      params.serviceParameters,
      'serviceParameters',
    ),
  ]);

interface WrittenValues {
  readonly prefix: string;
  readonly region: string;
  readonly template: Template;
  readonly given: TemplateValues;
}

/** Checks the parameters as they are written, without a question to AWS. */
function writtenComplaints(params: ServiceParameters, { prefix, region, template, given }: WrittenValues): string[] {
  const ofHost = [params.host ? hostNameComplaint('host', params.host) : undefined].flatMap((one) => one ?? []);
  // The complaints about prefix and host say more than the template's own.
  const others = new Map([...given].filter(([name]) => name !== 'Prefix' && !(name === 'Host' && ofHost.length > 0)));
  return [
    ...prefixComplaints(prefix),
    ...ofHost,
    ...templateValueComplaints(template, others),
    ...certificateRegionComplaints(params.certificate, region),
  ];
}

/**
 * The stack may be there for something else: `web-shop` and `web_shop` have one name, and `team-service-x-builder` is the
 * service `x-builder` of `team` as well as the builder of the prefix `team-service-x`.
 */
function nameComplaints(service: string, prefix: string, before: ObservedStack | undefined): string[] {
  if (before === undefined) return [];
  const { Prefix = prefix, Name = service } = before.parameters;
  if (Prefix === prefix && Name === service) return [];
  const owner = Prefix === prefix ? Name : `the prefix ${Prefix}`;
  return [`"service" ${service} would have the stack of ${owner}, ${before.name}: take another name`];
}

/**
 * The zone of the app's host: the one that is named, else the one that is found.
 * @returns undefined where nothing is to be set: no host is given, or its record is made elsewhere
 */
async function findAppZone(
  world: OperatorWorld,
  { host: givenHost, hostedZone, certificate }: ServiceParameters,
  settled: ObservedStack | undefined,
  host: string | undefined,
): Promise<ZoneAnswer | undefined> {
  if (hostedZone === '') return undefined;
  if (hostedZone !== undefined) return checkHostedZone(world, hostedZone, host);
  if (!givenHost) return undefined;
  const answer = await findHostedZone(world, givenHost, settled?.parameters.HostedZoneId);
  if ('zone' in answer || answer.several) return answer;
  if (certificate === undefined && !settled?.parameters.CertificateArn) {
    const text = `this account has no public hosted zone for ${givenHost}: its DNS record is yours to make, and a certificate of the load balancer must cover it already`;
    world.report({ type: 'warning', text });
  }
  return undefined;
}
