import { Failure } from '../../failure.ts';
import { readStoredSettings } from '../../settings/ssm.ts';
import { readSource } from '../../source/commit.ts';
import type { UpParameters } from '../parameters.ts';
import { type Kind, readTemplate, type Template, type Templates } from '../templates.ts';
import type { OperatorWorld } from '../world.ts';
import { checkCertificate } from './certificate.ts';
import type { Wanted } from './deploy.ts';
import { hostOf } from './names.ts';
import { observe } from './observe.ts';
import { isThere, type Present, type Target, wantedStacks } from './planner.ts';
import { prefixOf } from './prefix.ts';
import { rangeComplaints } from './ranges.ts';
import { refuse, sizeComplaint, upComplaints } from './refuse.ts';
import { serviceComplaints } from './region.ts';
import { type MainStack, type Observed, stackName } from './stacks.ts';
import { type Given, givenValues, type Values } from './values.ts';
import { checkSubnets, findSubnets, overlapping } from './vpc.ts';
import { checkZone, findZone } from './zone.ts';

/** What one `up` or `plan` works with. */
export interface Job {
  readonly params: UpParameters;
  readonly prefix: string;
  readonly target: Target;
  readonly present: Present;
  readonly templates: Readonly<Record<MainStack, Template>>;
  readonly given: Readonly<Record<MainStack, Values>>;
  readonly controller: string;
}

/** Where the things of this program itself are. */
export interface Own {
  readonly templates: Templates;
  /** Folder of the controller's image. */
  readonly controller: string;
}

/**
 * Reads what is there and what is wanted; nothing is changed.
 * @throws Failure `usage` with all that is wrong, as far as it can be told beforehand
 */
export async function prepare(world: OperatorWorld, params: UpParameters, own: Own): Promise<Job> {
  const prefix = prefixOf(world, params);
  const read = (kind: Kind): Template => readTemplate(kind, own.templates[kind]);
  const templates = { network: read('network'), builder: read('builder'), jenkins: read('jenkins') };
  const host = hostOf(params);
  const values = givenValues(params, host);
  const name: readonly [string, Given] = ['Prefix', { value: prefix, by: 'prefix' }];
  const given = {
    network: new Map([name, ...values.network]),
    builder: new Map([name, ...values.builder]),
    jenkins: new Map([name, ...values.jenkins]),
  };
  const pairs = [templates.network, templates.builder, templates.jenkins].map((template, at) => {
    const own = [given.network, given.builder, given.jenkins][at] ?? new Map();
    return [template, own] as const;
  });
  refuse(upComplaints(params, { prefix, region: world.aws.region, given: pairs }), 'infra up');
  const present = await observe(world, prefix);
  await refuseStranger(world, prefix, present);
  const before = present.stacks.get(stackName(prefix, 'jenkins'));
  const target: Target = {
    prefix,
    only: params.only === 'builder' ? 'builder' : undefined,
    ownVpc: params.vpc !== undefined || params.builderParameters.VpcId !== undefined,
    ownImage: params.controllerImage !== undefined || hasOtherImage(before),
  };
  const job: Job = { params, prefix, target, present, templates, given, controller: own.controller };
  const network = await withNetwork(world, job);
  const jenkins = target.only === 'builder' ? { values: [], complaints: [] } : await withHost(world, job, host);
  const complaints = [
    ...rangeComplaints(given.network, present.stacks.get(stackName(prefix, 'network'))?.parameters),
    ...(target.only === 'builder' ? [] : sizeComplaint(given.jenkins, before?.parameters)),
    ...(await serviceComplaints(world, newStacks(job))),
    ...network.complaints,
    ...jenkins.complaints,
  ];
  refuse(complaints, 'infra up');
  if (target.only === undefined && !isThere(before)) {
    const zone = new Map(jenkins.values).get('HostedZoneId')?.value ?? params.hostedZone;
    const where = zone ? `the hosted zone ${zone} gets its DNS record` : 'its DNS record is yours to make';
    const text = `Jenkins will be at https://${host ?? before?.parameters.Host}/; ${where}`;
    world.report({ type: 'infra-step', topic: 'host', text });
  }
  return {
    ...job,
    given: {
      network: given.network,
      builder: new Map([...network.values, ...given.builder]),
      jenkins: new Map([...network.values, ...jenkins.values, ...given.jenkins]),
    },
  };
}

/** What was found out, and what is wrong with it. */
interface Found {
  readonly values: readonly (readonly [string, Given])[];
  readonly complaints: readonly string[];
}

const found = (name: string, value: string): readonly [string, Given] => [name, { value, by: '' }];

/** The stacks that are made by this run. */
const newStacks = ({ target, prefix, present }: Job): MainStack[] =>
  wantedStacks(target, present.stacks).filter((kind) => !isThere(present.stacks.get(stackName(prefix, kind))));

/** Looks at a VPC that is named, and finds its subnets; tells of others where one is made. */
async function withNetwork(world: OperatorWorld, job: Job): Promise<Found> {
  const { params, prefix, target, present, given } = job;
  const { vpc, subnets } = params;
  const nothing: Found = { values: [], complaints: [] };
  if (vpc === undefined) {
    if (newStacks(job).includes('network')) await warnOfOverlap(world, given.network.get('VpcCidr')?.value);
    return nothing;
  }
  const two = target.only === undefined;
  if (subnets.length > 0) return { values: [], complaints: await checkSubnets(world, vpc, subnets, two) };
  const builder = present.stacks.get(stackName(prefix, 'builder'));
  const jenkins = present.stacks.get(stackName(prefix, 'jenkins'));
  const known = [builder, jenkins].filter((stack) => isThere(stack) && stack?.parameters.VpcId === vpc);
  if (known.length > 0 || given.builder.has('Subnets')) return nothing;
  const choice = await findSubnets(world, vpc, two);
  if (choice.complaints.length > 0) return { values: [], complaints: choice.complaints };
  const text = `of ${vpc} the public subnets ${choice.subnets.join(', ')} are used (--subnets names others)`;
  world.report({ type: 'infra-step', topic: 'network', text });
  return { values: [found('Subnets', choice.subnets.join(','))], complaints: [] };
}

/** Networks with addresses in common can be made, and never be connected. */
async function warnOfOverlap(world: OperatorWorld, cidr = '172.16.0.0/16'): Promise<void> {
  const others = await overlapping(world, cidr);
  if (others.length === 0) return;
  const text = `the new VPC's ${cidr} is also that of ${others.join(', ')}: they can never be connected; another range: --network-parameters VpcCidr=... (with Subnet1Cidr and Subnet2Cidr)`;
  world.report({ type: 'warning', text });
}

/** Finds out what a new Jenkins needs and was not given, and looks at what was given. */
async function withHost(world: OperatorWorld, job: Job, host: string | undefined): Promise<Found> {
  const before = job.present.stacks.get(stackName(job.prefix, 'jenkins'));
  const zone = await withZone(world, job, host);
  const { certificate } = job.params;
  const library = await withLibrary(job);
  return {
    values: [...zone.values, ...library.values],
    complaints: [
      ...zone.complaints,
      ...(certificate === undefined ? [] : await checkCertificate(world, certificate, host ?? before?.parameters.Host)),
      ...library.complaints,
    ],
  };
}

/** Settings without the stack that should have written them are another stack's: its names are taken, too. */
async function refuseStranger(world: OperatorWorld, prefix: string, { stacks }: Present): Promise<void> {
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
const hasOtherImage = (jenkins: Observed | undefined): boolean =>
  jenkins?.parameters.ControllerImage !== undefined &&
  !/\/jenkins-controller[@:]/.test(jenkins.parameters.ControllerImage);

/** Finds the host's zone, before anything is created: without one nothing proves a certificate. */
async function withZone(
  world: OperatorWorld,
  { params, prefix, present }: Job,
  host: string | undefined,
): Promise<Found> {
  const before = present.stacks.get(stackName(prefix, 'jenkins'));
  const complain = (complaint: string): Found => ({ values: [], complaints: [complaint] });
  if (params.hostedZone) {
    const answer = await checkZone(world, params.hostedZone, host ?? before?.parameters.Host);
    if (answer !== undefined && 'complaint' in answer) return complain(answer.complaint);
  }
  if (host === undefined) {
    if (before?.parameters.Host) return { values: [], complaints: [] };
    return complain('"domain" is required for a new Jenkins, for instance --domain example.com');
  }
  if (params.hostedZone === '' && !params.certificate && !before?.parameters.CertificateArn)
    return complain('"hostedZone" is empty, for a record that is made elsewhere: then "certificate" is needed');
  if (params.hostedZone !== undefined) return { values: [], complaints: [] };
  const answer = await findZone(world, host, before?.parameters.HostedZoneId);
  if ('zone' in answer) return { values: [found('HostedZoneId', answer.zone)], complaints: [] };
  // With a certificate the record may be made by hand, elsewhere.
  const proved = params.certificate !== undefined || Boolean(before?.parameters.CertificateArn);
  return proved && !answer.several ? { values: [], complaints: [] } : complain(answer.complaint);
}

/** Finds where the library with the steps is: a new Jenkins registers the one that this program came from. */
async function withLibrary({ params, prefix, present, given, controller }: Job): Promise<Found> {
  const before = present.stacks.get(stackName(prefix, 'jenkins'));
  if (given.jenkins.has('LibraryRepository') || before?.parameters.LibraryRepository || params.bare)
    return { values: [], complaints: [] };
  const url = webAddress((await readSource(controller, {})).url);
  if (url !== undefined) return { values: [found('LibraryRepository', url)], complaints: [] };
  const complaint =
    '"libraryRepository" is required for a new Jenkins: the git URL that Jenkins gets the steps from, as https://github.com/acme/fargate-ci';
  return { values: [], complaints: [complaint] };
}

/** `git@github.com:acme/fargate-ci.git` as `https://github.com/acme/fargate-ci.git`; undefined where it is no such thing. */
export function webAddress(url: string | undefined): string | undefined {
  const address = url?.replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/');
  return address?.startsWith('https://') ? address : undefined;
}

/** The stack as it shall be, from what was given and what the stacks before it came to. */
export function wantedStack(
  { prefix, templates, given, present }: Job,
  kind: MainStack,
  stacks: ReadonlyMap<MainStack, Observed>,
  found: Readonly<Record<string, string | undefined>> = {},
): Wanted {
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
  const earlier = before === undefined || isThere(before) ? {} : before.parameters;
  const known = Object.entries(earlier).filter(([name]) => templates[kind].parameters.has(name));
  const values = new Map<string, Given>(known.map(([name, value]) => [name, { value, by: '' }]));
  const worked = new Map<string, Given>(
    Object.entries(outputs).flatMap(([name, value]) => (value === undefined ? [] : [[name, { value, by: '' }]])),
  );
  for (const [name, value] of [...worked, ...given[kind]]) values.set(name, value);
  return { name: stackName(prefix, kind), prefix, template: templates[kind], values };
}

/** The bucket of contexts in builder.yaml. */
export const BUCKET = { ResourceType: 'AWS::S3::Bucket', LogicalResourceId: 'ContextBucket' } as const;
