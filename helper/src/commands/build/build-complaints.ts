import { sizeComplaints } from '../../ecs/task-sizes.ts';
import { pairComplaints, secretComplaints } from '../../kaniko/executor-arguments.ts';
import { kanikoArgsComplaints } from '../../kaniko/executor-flags.ts';
import { credentialComplaints } from '../../kaniko/registry-credentials.ts';
import type { BuildParameters } from '../../parameters/build-parameters.ts';
import { imageComplaints } from '../../registry/destinations.ts';
import { unsetNameComplaints } from '../unset-names.ts';

// In its own file, so that parameters are checked before the commands' code is loaded.

/**
 * Complaints about a build's parameters that their declarations cannot express.
 * @param params without those that could not be read
 */
export function buildComplaints(params: Partial<BuildParameters>): string[] {
  const { cpu, memory, ephemeralStorage } = params;
  return [
    ...imageComplaints(params.image ?? [], params.cache ?? true),
    ...(cpu !== undefined && memory !== undefined ? sizeComplaints({ cpu, memory }, ephemeralStorage) : []),
    ...(params.spotFallback && !params.spot ? ['spotFallback says what comes after Spot: it needs spot: true'] : []),
    ...pairComplaints({ buildArgs: params.buildArgs ?? {}, labels: params.labels ?? {} }),
    ...secretComplaints(params.secrets ?? {}),
    ...credentialComplaints(params.registryCredentials ?? {}),
    ...unsetNameComplaints({ secrets: params.secrets, registryCredentials: params.registryCredentials }),
    ...kanikoArgsComplaints(params.kanikoArgs ?? []),
  ];
}
