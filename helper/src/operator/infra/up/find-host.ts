import { checkCertificate } from '../../account/certificate.ts';
import { checkHostedZone, findHostedZone } from '../../account/hosted-zone.ts';
import type { OperatorWorld } from '../../operator-world.ts';
import { stackName } from '../../stack/stacks.ts';
import { foundValue, type TemplateValue } from '../../stack/template-values.ts';
import { findLibrary, isSameRepository } from './library.ts';
import { type FoundValues, NOTHING_FOUND, type UpRequest } from './up-request.ts';

/** Finds what a new Jenkins needs and was not given (zone, library), and checks what was given (zone, certificate). */
export async function findHostValues(
  world: OperatorWorld,
  request: UpRequest,
  host: string | undefined,
): Promise<FoundValues> {
  const jenkins = jenkinsStackOf(request);
  const zone = await findZoneValues(world, request, host);
  const { certificate } = request.params;
  const library = await findLibraryValues(world, request);
  return {
    values: [...zone.values, ...library.values],
    complaints: [
      ...zone.complaints,
      ...(certificate === undefined
        ? []
        : await checkCertificate(world, certificate, host ?? jenkins?.parameters.Host)),
      ...library.complaints,
    ],
  };
}

const jenkinsStackOf = ({ present, prefix }: UpRequest) => present.stacks.get(stackName(prefix, 'jenkins'));

const onlyComplaint = (complaint: string): FoundValues => ({ values: [], complaints: [complaint] });

/** Finds the host's zone before anything is created: without a zone, ACM cannot validate a certificate. */
async function findZoneValues(
  world: OperatorWorld,
  request: UpRequest,
  host: string | undefined,
): Promise<FoundValues> {
  const { hostedZone, certificate } = request.params;
  const before = jenkinsStackOf(request)?.parameters;
  if (hostedZone) {
    const answer = await checkHostedZone(world, hostedZone, host ?? before?.Host);
    if (answer !== undefined && 'complaint' in answer) return onlyComplaint(answer.complaint);
  }
  if (host === undefined) {
    if (before?.Host) return NOTHING_FOUND;
    return onlyComplaint('"domain" is required for a new Jenkins, for instance --domain example.com');
  }
  if (hostedZone === '' && !certificate && !before?.CertificateArn)
    return onlyComplaint('"hostedZone" is empty, for a record that is made elsewhere: then "certificate" is needed');
  if (hostedZone !== undefined) return NOTHING_FOUND;
  const answer = await findHostedZone(world, host, before?.HostedZoneId);
  if ('zone' in answer) return { values: [foundValue('HostedZoneId', answer.zone)], complaints: [] };
  // Where there is a certificate, the operator may make the DNS record by hand, elsewhere.
  const hasCertificate = certificate !== undefined || Boolean(before?.CertificateArn);
  return hasCertificate && !answer.several ? NOTHING_FOUND : onlyComplaint(answer.complaint);
}

/** Finds the library with the steps: a new Jenkins gets them from the repository that this program was cloned from. */
async function findLibraryValues(world: OperatorWorld, request: UpRequest): Promise<FoundValues> {
  const { params, values, controller } = request;
  if (jenkinsStackOf(request)?.parameters.LibraryRepository || params.bare) return NOTHING_FOUND;
  const { repository, version } = await findLibrary(controller, world.env);
  const named = values.jenkins.get('LibraryRepository')?.value;
  const chosen = named ?? repository;
  if (chosen === undefined) {
    return onlyComplaint(
      '"libraryRepository" is required for a new Jenkins: the git URL that Jenkins gets the steps from, as https://github.com/acme/fargate-ci',
    );
  }
  // The version of this clone says nothing about another repository.
  const known = repository !== undefined && isSameRepository(chosen, repository) ? version : undefined;
  const found: (readonly [string, TemplateValue])[] = [];
  if (named === undefined) found.push(foundValue('LibraryRepository', chosen));
  if (known !== undefined && !values.jenkins.has('LibraryVersion')) {
    found.push(foundValue('LibraryVersion', known));
    const text = `Jenkins will have the steps of ${chosen}, version ${known} (--library-version names another)`;
    world.report({ type: 'infra-step', topic: 'library', text });
  }
  return { values: found, complaints: [] };
}
