import { Failure } from '../../../failure.ts';
import { readStoredSettings } from '../../../settings/stored-settings.ts';
import { certificateRegionComplaints, checkCertificate } from '../../account/certificate.ts';
import { checkHostedZone, findHostedZone, type ZoneAnswer } from '../../account/hosted-zone.ts';
import { freePriority, priorityComplaints, readListenerRules } from '../../account/listener-priority.ts';
import type { OperatorWorld } from '../../operator-world.ts';
import { deployStack, previewStackChange } from '../../stack/deploy-stack.ts';
import { describeNewResources, describeStackChanges } from '../../stack/describe-stack-changes.ts';
import type { DesiredStack } from '../../stack/plan-change.ts';
import { readStack } from '../../stack/stack-calls.ts';
import { conditionOf, type ObservedStack, serviceStackName } from '../../stack/stacks.ts';
import { collectTemplateValues, type TemplateValue, templateValueComplaints } from '../../stack/template-values.ts';
import { readTemplate, resourcesMadeWith, type TemplateTexts } from '../../stack/templates.ts';
import { hostNameComplaint } from '../host-names.ts';
import { prefixComplaints, prefixOf } from '../stack-prefix.ts';
import { refuseParameters } from '../up/up-complaints.ts';
import type { ServiceParameters } from '../up/up-parameters.ts';

/** What `infra service` returns. */
export interface ServiceResult {
  readonly service: string;
  readonly stack: string;
  readonly url: string | null;
  readonly targetGroup: string | null;
}

/** What the jenkins stack wrote down of its load balancer, by the parameter of service.yaml that takes it. */
const LOAD_BALANCER = {
  VpcId: 'vpc',
  ListenerArn: 'listener',
  LoadBalancerSecurityGroup: 'security-group',
  LoadBalancerDnsName: 'dns-name',
  LoadBalancerZoneId: 'zone-id',
} as const;

interface PreparedService {
  readonly wanted: DesiredStack;
  readonly before: ObservedStack | undefined;
}

/** Decides an app's front; nothing is changed. */
async function prepareService(
  world: OperatorWorld,
  params: ServiceParameters,
  templates: TemplateTexts,
): Promise<PreparedService> {
  const prefix = prefixOf(world, params);
  const template = readTemplate('service', templates.service);
  const given = new Map([
    ['Prefix', { value: prefix, by: 'prefix' }] as const,
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
  const named = [params.host ? hostNameComplaint('host', params.host) : undefined].flatMap(
    (complaint) => complaint ?? [],
  );
  const checked = new Map([...given].filter(([one]) => one !== 'Prefix' && !(one === 'Host' && named.length > 0)));
  const complaints = [
    ...prefixComplaints(prefix),
    ...named,
    ...templateValueComplaints(template, checked),
    ...certificateRegionComplaints(params.certificate, world.aws.region),
  ];
  refuseParameters(complaints, 'infra service');
  const name = serviceStackName(prefix, params.service);
  const before = await readStack(world, name);
  const standing = before !== undefined && conditionOf(before.status) === 'settled' ? before : undefined;
  const owner = before?.parameters.Name;
  if (owner !== undefined && owner !== params.service)
    refuseParameters(
      [`"service" ${params.service} would have the stack of ${owner}, ${name}: take another name`],
      'infra service',
    );
  const host = params.host ?? standing?.parameters.Host;
  const path = params.path ?? standing?.parameters.Path;
  if (!host && !path) refuseParameters(['"host" or "path" is required: what leads to the app'], 'infra service');
  const found = await findLoadBalancer(world, prefix);
  const values = new Map<string, TemplateValue>(
    Object.entries(found).map(([parameter, value]) => [parameter, { value, by: '' }]),
  );
  const own = standing?.parameters.Priority;
  const priority = params.priority === undefined ? own : String(params.priority);
  if (priority === undefined || priority !== own) {
    const rules = await readListenerRules(world, found.ListenerArn);
    if (params.priority !== undefined) refuseParameters(priorityComplaints(rules, params.priority), 'infra service');
    const free = standing === undefined ? freePriority(rules, { host, path }) : undefined;
    if (priority === undefined && free !== undefined) values.set('Priority', { value: String(free), by: '' });
  }
  const zone = await findAppZone(world, params, standing, host);
  refuseParameters(
    [
      ...(zone !== undefined && 'complaint' in zone ? [zone.complaint] : []),
      ...(params.certificate === undefined ? [] : await checkCertificate(world, params.certificate, host)),
    ],
    'infra service',
  );
  if (zone !== undefined && 'zone' in zone) values.set('HostedZoneId', { value: zone.zone, by: '' });
  for (const [parameter, value] of given) values.set(parameter, value);
  return { wanted: { name, prefix, template, values }, before };
}

/**
 * The zone of the app's host: the one that is named, else the one that is found.
 * @returns undefined where nothing is to be set: no host is given, or its record is made elsewhere
 */
async function findAppZone(
  world: OperatorWorld,
  { host: given, hostedZone, certificate }: ServiceParameters,
  standing: ObservedStack | undefined,
  host: string | undefined,
): Promise<ZoneAnswer | undefined> {
  if (hostedZone === '') return undefined;
  if (hostedZone !== undefined) return checkHostedZone(world, hostedZone, host);
  if (!given) return undefined;
  const answer = await findHostedZone(world, given, standing?.parameters.HostedZoneId);
  if ('zone' in answer || answer.several) return answer;
  if (certificate === undefined && !standing?.parameters.CertificateArn) {
    const text = `this account has no public hosted zone for ${given}: its DNS record is yours to make, and a certificate of the load balancer must cover it already`;
    world.report({ type: 'warning', text });
  }
  return undefined;
}

/** @throws Failure `usage` where the jenkins stack has not written down its load balancer */
async function findLoadBalancer(world: OperatorWorld, prefix: string) {
  const { values, problem } = await readStoredSettings(world, prefix);
  const missing = Object.values(LOAD_BALANCER).filter((name) => !values.has(`load-balancer/${name}`));
  if (missing.length > 0) {
    throw new Failure('usage', `there is no load balancer for the prefix ${prefix} in ${world.aws.region}`, {
      hint: 'fargate-ci infra up makes it, with Jenkins behind it. Another prefix? --prefix',
      evidence: [
        ...missing.map((name) => `no SSM parameter /${prefix}/load-balancer/${name}`),
        ...(problem ? [problem] : []),
      ],
    });
  }
  const known = (name: string): string => values.get(`load-balancer/${name}`) ?? '';
  return {
    VpcId: known(LOAD_BALANCER.VpcId),
    ListenerArn: known(LOAD_BALANCER.ListenerArn),
    LoadBalancerSecurityGroup: known(LOAD_BALANCER.LoadBalancerSecurityGroup),
    LoadBalancerDnsName: known(LOAD_BALANCER.LoadBalancerDnsName),
    LoadBalancerZoneId: known(LOAD_BALANCER.LoadBalancerZoneId),
  };
}

/** Sets up one app's front, or changes it, and says what to write in its Jenkinsfile. */
export async function runInfraService(
  world: OperatorWorld,
  params: ServiceParameters,
  templates: TemplateTexts,
): Promise<ServiceResult> {
  const { wanted, before } = await prepareService(world, params, templates);
  const limits = { allowDataLoss: params.allowDataLoss, timeoutMs: params.timeout * 60_000 };
  const stack = await deployStack(world, wanted, before, limits);
  const port = stack.parameters.Port ?? String(params.port ?? 8080);
  const { Url = '', TargetGroupArn } = stack.outputs;
  world.report({
    type: 'infra-next',
    lines: [
      `${params.service} will be at ${Url}; in its Jenkinsfile:`,
      `  def built = kanikoBuild(image: '${params.service.toLowerCase()}')`,
      `  fargateDeploy(service: '${params.service}', image: built, port: ${port})`,
      'fargateDeploy finds target group, security group, role and log group by the name of the service.',
    ],
  });
  return { service: params.service, stack: stack.name, url: Url || null, targetGroup: TargetGroupArn ?? null };
}

/** What `infra service` would do, line by line. */
export async function servicePlanText(
  world: OperatorWorld,
  params: ServiceParameters,
  templates: TemplateTexts,
): Promise<string> {
  const { wanted, before } = await prepareService(world, params, templates);
  const changes =
    before !== undefined && conditionOf(before.status) === 'settled'
      ? await previewStackChange(world, wanted, before).then((all) =>
          all ? describeStackChanges(all) : ['as it should be'],
        )
      : describeNewResources(resourcesMadeWith(wanted.template, wanted.values));
  const lines = [wanted.name, ...changes.map((line) => `  ${line}`), 'nothing was changed: this is a plan'];
  return `${lines.join('\n')}\n`;
}
