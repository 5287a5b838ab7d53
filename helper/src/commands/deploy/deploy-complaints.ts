import type { DeployParameters } from '../../parameters/deploy-parameters.ts';
import { parametersRollbackRefuses } from '../../parameters/given-deploy-parameters.ts';
import { imageHasUnsetPart } from '../../registry/image-reference.ts';
import { unpushedComplaint } from '../../service/definition/choose-image.ts';
import { isRollbackTarget } from '../../service/rollback/deployment-history.ts';
import { unsetVariableComplaint } from '../../text/unset-variables.ts';
import { unsetNameComplaints } from '../unset-names.ts';

// In its own file, so that parameters are checked before the commands' code is loaded.

/**
 * Complaints about a deployment's parameters that their declarations cannot express.
 * @param params without those that could not be read
 */
export function deployComplaints(params: Partial<DeployParameters>): string[] {
  const { service, image, env = {}, secrets = {} } = params;
  // A variable that env removes (null) may come back as a secret.
  const doubled = Object.keys(env).filter((name) => env[name] !== null && Object.hasOwn(secrets, name));
  return [
    ...(service ? serviceNameComplaints(service) : []),
    ...(typeof image === 'string' && imageHasUnsetPart(image) ? [unsetVariableComplaint('image', image)] : []),
    ...(typeof image === 'object' && !image.reference
      ? [`${unpushedComplaint(image)}. Leave push out of kanikoBuild, or give another image`]
      : []),
    ...unsetNameComplaints({
      secrets,
      registryCredentials: params.registryCredentials,
      subnets: params.subnets,
      securityGroups: params.securityGroups,
    }),
    ...doubled.map((name) => `${name} is given in both env and secrets: keep one`),
    ...rollbackComplaints(params),
  ];
}

/** A rollback deploys an old revision unchanged, so other parameters would have no effect: they are refused. */
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
