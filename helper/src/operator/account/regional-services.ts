import { GetParametersCommand, paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import { isAccessDenied } from '../../aws/errors.ts';
import { operatorFailure } from '../operator-failure.ts';
import type { OperatorWorld } from '../operator-world.ts';

/** A service that a region lacks. */
interface MissingService {
  /** AWS' short name for it: `efs`. */
  readonly service: string;
  /** Up to three regions that have it, those of the same part of the world first. */
  readonly nearRegions: readonly string[];
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-global-infrastructure.html */
const ROOT = '/aws/service/global-infrastructure';

/**
 * Finds the services that a region lacks, by the public parameters in which AWS lists its services and regions. Where
 * these parameters cannot be read (no permission, a stand-in for AWS), none is reported: then CloudFormation finds out.
 * @param services AWS' short names
 */
export async function findMissingServices(
  world: OperatorWorld,
  services: readonly string[],
): Promise<MissingService[]> {
  const { aws, signal } = world;
  if (services.length === 0) return [];
  const parameterOf = (service: string) => `${ROOT}/regions/${aws.region}/services/${service}`;
  try {
    const { Parameters = [] } = await aws.ssm.send(new GetParametersCommand({ Names: services.map(parameterOf) }), {
      abortSignal: signal,
    });
    const available = new Set(Parameters.map(({ Name }) => Name));
    // AWS lists nothing at all for a region that it does not know.
    if (available.size === 0) return [];
    const missing: MissingService[] = [];
    for (const service of services) {
      if (available.has(parameterOf(service))) continue;
      const regions = await readRegionsOf(world, service);
      if (regions.length === 0 || regions.includes(aws.region)) continue;
      missing.push({ service, nearRegions: nearestRegions(aws.region, regions) });
    }
    return missing;
  } catch (error) {
    signal.throwIfAborted();
    if (isAccessDenied(error)) return [];
    throw operatorFailure(error, `find out which services ${aws.region} has`, aws.region);
  }
}

async function readRegionsOf({ aws, signal }: OperatorWorld, service: string): Promise<string[]> {
  const regions: string[] = [];
  const Path = `${ROOT}/services/${service}/regions`;
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: aws.ssm }, { Path })) {
    signal.throwIfAborted();
    regions.push(...Parameters.flatMap(({ Value }) => Value ?? []));
  }
  return regions;
}

function nearestRegions(region: string, regions: readonly string[]): string[] {
  const part = region.split('-')[0];
  const samePart = regions.filter((one) => one.split('-')[0] === part);
  return [...samePart, ...regions.filter((one) => !samePart.includes(one))].slice(0, 3);
}
