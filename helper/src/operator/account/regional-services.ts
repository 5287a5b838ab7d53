import { GetParametersCommand, paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import { isAccessDenied } from '../../aws/errors.ts';
import { operatorFailure } from '../operator-failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import type { MainStack } from '../stack/stacks.ts';

/** What each stack needs, by AWS' own short names for its services, with the words that people know. */
const SERVICES: Readonly<Record<MainStack, Readonly<Record<string, string>>>> = {
  network: {},
  builder: { ecs: 'Amazon ECS', fargate: 'AWS Fargate', ecr: 'Amazon ECR' },
  jenkins: {
    efs: 'Amazon EFS',
    elb: 'Elastic Load Balancing',
    acm: 'AWS Certificate Manager',
    secretsmanager: 'AWS Secrets Manager',
  },
};

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-global-infrastructure.html */
const ROOT = '/aws/service/global-infrastructure';

/**
 * The services of new stacks that a region lacks, by the public parameters in which AWS says where its services are.
 * Where those are not told (no permission, a stand-in), nothing is said: CloudFormation finds out then.
 */
export async function serviceComplaints(world: OperatorWorld, stacks: readonly MainStack[]): Promise<string[]> {
  const { aws, signal } = world;
  const wanted = new Map(stacks.flatMap((kind) => Object.entries(SERVICES[kind])));
  if (wanted.size === 0) return [];
  const parameter = (service: string) => `${ROOT}/regions/${aws.region}/services/${service}`;
  try {
    const { Parameters = [] } = await aws.ssm.send(
      new GetParametersCommand({ Names: [...wanted.keys()].map(parameter) }),
      { abortSignal: signal },
    );
    const there = new Set(Parameters.map(({ Name }) => Name));
    // Of a region that nothing is told of nothing is known.
    if (there.size === 0) return [];
    const complaints: string[] = [];
    for (const [service, name] of wanted) {
      if (there.has(parameter(service))) continue;
      const regions = await regionsOf(world, service);
      if (regions.length === 0 || regions.includes(aws.region)) continue;
      complaints.push(
        `the region ${aws.region} has no ${name}, which ${stacks.includes('jenkins') ? 'Jenkins and its builds need' : 'builds need'}: take another by --region, as ${near(aws.region, regions).join(', ')}`,
      );
    }
    return complaints;
  } catch (error) {
    signal.throwIfAborted();
    if (isAccessDenied(error)) return [];
    throw operatorFailure(error, `find out which services ${aws.region} has`, aws.region);
  }
}

async function regionsOf({ aws, signal }: OperatorWorld, service: string): Promise<string[]> {
  const regions: string[] = [];
  const Path = `${ROOT}/services/${service}/regions`;
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: aws.ssm }, { Path })) {
    signal.throwIfAborted();
    regions.push(...Parameters.flatMap(({ Value }) => Value ?? []));
  }
  return regions;
}

/** Up to three regions, those of the same part of the world first. */
function near(region: string, regions: readonly string[]): string[] {
  const part = region.split('-')[0];
  const own = regions.filter((one) => one.split('-')[0] === part);
  return [...own, ...regions.filter((one) => !own.includes(one))].slice(0, 3);
}
