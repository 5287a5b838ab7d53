import { checkCertificate } from '../../account/certificate.ts';
import { checkNamedSubnets, findSubnets, overlappingVpcs } from '../../account/choose-subnets.ts';
import { checkHostedZone, findHostedZone } from '../../account/hosted-zone.ts';
import type { OperatorWorld } from '../../operator-world.ts';
import { stackName } from '../../stack/stacks.ts';
import type { TemplateValue } from '../../stack/template-values.ts';
import { findLibrary, sameRepository } from './library.ts';
import { hasResources, newStacks } from './plan-up.ts';
import type { UpRequest } from './prepare-up.ts';

/** What was found out, and what is wrong with it. */
export interface FoundValues {
  readonly values: readonly (readonly [string, TemplateValue])[];
  readonly complaints: readonly string[];
}

const foundValue = (name: string, value: string): readonly [string, TemplateValue] => [name, { value, by: '' }];

/** Looks at a VPC that is named, and finds its subnets; tells of others where one is made. */
export async function findNetworkValues(world: OperatorWorld, job: UpRequest): Promise<FoundValues> {
  const { params, prefix, target, present, given } = job;
  const { vpc, subnets } = params;
  const nothing: FoundValues = { values: [], complaints: [] };
  if (vpc === undefined) {
    if (newStacks(target, present).includes('network')) await warnOfOverlap(world, given.network.get('VpcCidr')?.value);
    return nothing;
  }
  const two = target.only === undefined;
  if (subnets.length > 0) return { values: [], complaints: await checkNamedSubnets(world, vpc, subnets, two) };
  const builder = present.stacks.get(stackName(prefix, 'builder'));
  const jenkins = present.stacks.get(stackName(prefix, 'jenkins'));
  const known = [builder, jenkins].filter((stack) => hasResources(stack) && stack?.parameters.VpcId === vpc);
  if (known.length > 0 || given.builder.has('Subnets')) return nothing;
  const choice = await findSubnets(world, vpc, two);
  if (choice.complaints.length > 0) return { values: [], complaints: choice.complaints };
  const text = `of ${vpc} the public subnets ${choice.subnets.join(', ')} are used (--subnets names others)`;
  world.report({ type: 'infra-step', topic: 'network', text });
  return { values: [foundValue('Subnets', choice.subnets.join(','))], complaints: [] };
}

/** Networks with addresses in common can be made, and never be connected. */
async function warnOfOverlap(world: OperatorWorld, cidr = '172.16.0.0/16'): Promise<void> {
  const others = await overlappingVpcs(world, cidr);
  if (others.length === 0) return;
  const text = `the new VPC's ${cidr} is also that of ${others.join(', ')}: they can never be connected; another range: --network-parameters VpcCidr=... (with Subnet1Cidr and Subnet2Cidr)`;
  world.report({ type: 'warning', text });
}

/** Finds out what a new Jenkins needs and was not given, and looks at what was given. */
export async function findHostValues(
  world: OperatorWorld,
  job: UpRequest,
  host: string | undefined,
): Promise<FoundValues> {
  const before = job.present.stacks.get(stackName(job.prefix, 'jenkins'));
  const zone = await findZoneValues(world, job, host);
  const { certificate } = job.params;
  const library = await findLibraryValues(world, job);
  return {
    values: [...zone.values, ...library.values],
    complaints: [
      ...zone.complaints,
      ...(certificate === undefined ? [] : await checkCertificate(world, certificate, host ?? before?.parameters.Host)),
      ...library.complaints,
    ],
  };
}

/** Finds the host's zone, before anything is created: without one nothing proves a certificate. */
async function findZoneValues(
  world: OperatorWorld,
  { params, prefix, present }: UpRequest,
  host: string | undefined,
): Promise<FoundValues> {
  const before = present.stacks.get(stackName(prefix, 'jenkins'));
  const complain = (complaint: string): FoundValues => ({ values: [], complaints: [complaint] });
  if (params.hostedZone) {
    const answer = await checkHostedZone(world, params.hostedZone, host ?? before?.parameters.Host);
    if (answer !== undefined && 'complaint' in answer) return complain(answer.complaint);
  }
  if (host === undefined) {
    if (before?.parameters.Host) return { values: [], complaints: [] };
    return complain('"domain" is required for a new Jenkins, for instance --domain example.com');
  }
  if (params.hostedZone === '' && !params.certificate && !before?.parameters.CertificateArn)
    return complain('"hostedZone" is empty, for a record that is made elsewhere: then "certificate" is needed');
  if (params.hostedZone !== undefined) return { values: [], complaints: [] };
  const answer = await findHostedZone(world, host, before?.parameters.HostedZoneId);
  if ('zone' in answer) return { values: [foundValue('HostedZoneId', answer.zone)], complaints: [] };
  // With a certificate the record may be made by hand, elsewhere.
  const proved = params.certificate !== undefined || Boolean(before?.parameters.CertificateArn);
  return proved && !answer.several ? { values: [], complaints: [] } : complain(answer.complaint);
}

/** Finds where the library with the steps is: a new Jenkins registers the one that this program came from. */
async function findLibraryValues(world: OperatorWorld, job: UpRequest): Promise<FoundValues> {
  const { params, prefix, present, given, controller } = job;
  const before = present.stacks.get(stackName(prefix, 'jenkins'));
  if (before?.parameters.LibraryRepository || params.bare) return { values: [], complaints: [] };
  const { repository, version } = await findLibrary(controller, world.env);
  const named = given.jenkins.get('LibraryRepository')?.value;
  const chosen = named ?? repository;
  if (chosen === undefined) {
    const complaint =
      '"libraryRepository" is required for a new Jenkins: the git URL that Jenkins gets the steps from, as https://github.com/acme/fargate-ci';
    return { values: [], complaints: [complaint] };
  }
  // Another repository has versions of its own.
  const known = repository !== undefined && sameRepository(chosen, repository) ? version : undefined;
  const found: (readonly [string, TemplateValue])[] = [];
  if (named === undefined) found.push(foundValue('LibraryRepository', chosen));
  if (known !== undefined && !given.jenkins.has('LibraryVersion')) {
    found.push(foundValue('LibraryVersion', known));
    const text = `Jenkins will have the steps of ${chosen}, version ${known} (--library-version names another)`;
    world.report({ type: 'infra-step', topic: 'library', text });
  }
  return { values: found, complaints: [] };
}
