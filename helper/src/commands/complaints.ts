import { sizeComplaints } from '../ecs/task-sizes.ts';
import { pairComplaints, secretComplaints } from '../kaniko/executor-arguments.ts';
import { kanikoArgsComplaints } from '../kaniko/executor-flags.ts';
import { credentialComplaints } from '../kaniko/registry-credentials.ts';
import type { BuildParameters } from '../parameters/build-parameters.ts';
import type { DeployParameters } from '../parameters/deploy-parameters.ts';
import { parametersRollbackRefuses } from '../parameters/given-deploy-parameters.ts';
import { imageComplaints } from '../registry/destinations.ts';
import { imageHasUnsetPart as hasUnsetImagePart } from '../registry/image-reference.ts';
import { unpushedComplaint } from '../service/definition/choose-image.ts';
import { isRollbackTarget } from '../service/rollback/deployment-history.ts';
import { hasUnsetPart, UNSET, unsetComplaint } from '../text/unset-variables.ts';

/** What is called by a name that somebody gave it, in AWS or elsewhere. */
interface Named {
  secrets: Readonly<Record<string, string>> | undefined;
  registryCredentials: Readonly<Record<string, string>> | undefined;
  subnets?: readonly string[] | undefined;
  securityGroups?: readonly string[] | undefined;
}

// Apart from the commands: these are loaded only once nothing is wrong with the parameters.

/** Complaints about a build's parameters that their declarations cannot express. */
export function buildComplaints(params: Partial<BuildParameters>): string[] {
  const { cpu, memory, ephemeralStorage } = params;
  return [
    ...imageComplaints(params.image ?? [], params.cache ?? true),
    ...(cpu !== undefined && memory !== undefined ? sizeComplaints({ cpu, memory }, ephemeralStorage) : []),
    ...(params.spotFallback && !params.spot ? ['spotFallback says what comes after Spot: it needs spot: true'] : []),
    ...pairComplaints({ buildArgs: params.buildArgs ?? {}, labels: params.labels ?? {} }),
    ...secretComplaints(params.secrets ?? {}),
    ...credentialComplaints(params.registryCredentials ?? {}),
    ...unsetComplaints({ secrets: params.secrets, registryCredentials: params.registryCredentials }),
    ...kanikoArgsComplaints(params.kanikoArgs ?? []),
  ];
}

/** Complaints about a deployment's parameters that their declarations cannot express; one that could not be read is not there. */
export function deployComplaints(params: Partial<DeployParameters>): string[] {
  const { service, image, env = {}, secrets = {} } = params;
  // A variable that is taken away may come back as a secret.
  const twice = Object.keys(env).filter((name) => env[name] !== null && Object.hasOwn(secrets, name));
  return [
    ...(service ? serviceNameComplaints(service) : []),
    ...(typeof image === 'string' && hasUnsetImagePart(image) ? [unsetComplaint('image', image)] : []),
    ...(typeof image === 'object' && !image.reference
      ? [`${unpushedComplaint(image)}. Leave push out of kanikoBuild, or give another image`]
      : []),
    ...unsetComplaints({
      secrets,
      registryCredentials: params.registryCredentials,
      subnets: params.subnets,
      securityGroups: params.securityGroups,
    }),
    ...twice.map((name) => `${name} is given in both env and secrets: keep one`),
    ...rollbackComplaints(params),
  ];
}

/** Complaints about names of secrets and of AWS' things that have the word null for a part. */
function unsetComplaints({ secrets = {}, registryCredentials = {}, ...lists }: Named): string[] {
  const hosts = Object.keys(registryCredentials).filter((host) => host.split('.').includes(UNSET));
  const named = [
    ...Object.entries(secrets).map(([id, name]) => [`secrets.${id}`, name] as const),
    ...Object.entries(registryCredentials).map(([host, name]) => [`registryCredentials.${host}`, name] as const),
    ...Object.entries(lists).flatMap(([parameter, names = []]) =>
      names.map((name, at) => [`${parameter}[${at}]`, name] as const),
    ),
  ];
  return [
    ...hosts.map((host) => unsetComplaint('registryCredentials: the host', host)),
    ...named.flatMap(([what, name]) => (hasUnsetPart(name) ? [unsetComplaint(what, name)] : [])),
  ];
}

/** A revision is gone back to as it is: what else was asked for would be done by nobody. */
function rollbackComplaints(params: Partial<DeployParameters>): string[] {
  const { rollbackTo } = params;
  if (rollbackTo === undefined) return [];
  const others = parametersRollbackRefuses(params);
  return [
    ...(isRollbackTarget(rollbackTo)
      ? []
      : [`"rollbackTo": "${rollbackTo}" is neither 'previous' nor a revision (41, shop:41)`]),
    ...(others.length === 0
      ? []
      : [`rollbackTo goes back to a revision as it was: leave out ${others.join(', ')}, or deploy that afterwards`]),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html; a family may be as long. */
function serviceNameComplaints(service: string): string[] {
  if (/^[A-Za-z0-9_-]{1,255}$/.test(service)) return [];
  const nearest = service
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 255);
  const instead = nearest === '' ? '' : `; "${nearest}" is one`;
  return [`"service": "${service}" is not a name of a service (letters, digits, "-", "_", at most 255)${instead}`];
}
