import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServiceDeploymentsCommand,
  type Service,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import { awsErrorFacts, awsFailure, isAccessDenied } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { CallOptions } from './call-options.ts';
import { asRevision, type Revision } from './revision.ts';

export type EcsReader = Pick<World, 'aws' | 'signal'>;

/** A service by name within a cluster. */
export interface ServiceName {
  cluster: string;
  service: string;
}

/** What was there before our call: whatever is not among it came after. By identity, since clocks differ. */
export interface Baseline {
  /** ARNs; undefined where the API does not answer. */
  serviceDeployments: ReadonlySet<string> | undefined;
  /** Ids, `ecs-svc/...`. */
  deployments: ReadonlySet<string>;
  /** Ids. */
  events: ReadonlySet<string>;
}

/**
 * Reads one service, whatever its state.
 * @returns undefined where there is none
 * @throws Failure `usage` where the cluster does not exist, `aws` where it cannot be read
 */
export async function readService(
  world: EcsReader,
  name: ServiceName,
  options: CallOptions = { abortSignal: world.signal },
): Promise<Service | undefined> {
  try {
    const found = await world.aws.ecs.send(
      new DescribeServicesCommand({ cluster: name.cluster, services: [name.service], include: ['TAGS'] }),
      options,
    );
    const service = found.services?.[0];
    if (service) return service;
    const failure = found.failures?.[0];
    if (failure === undefined || failure.reason === 'MISSING') return undefined;
    throw new Failure('aws', `could not read the service ${name.service} in cluster ${name.cluster}`, {
      evidence: [`${failure.reason ?? 'unknown'}: ${failure.detail ?? failure.arn ?? ''}`],
    });
  } catch (error) {
    if (awsErrorFacts(error).code !== 'ClusterNotFoundException') {
      throw awsFailure(error, `read the service ${name.service} in cluster ${name.cluster}`);
    }
    throw new Failure('usage', `there is no cluster ${name.cluster} in ${world.aws.region}`, {
      hint: 'check the setting cluster and the region; --verbose shows where each comes from',
      cause: error,
    });
  }
}

/**
 * A revision by its ARN, or the newest active one of a family.
 * @returns undefined where there is none
 */
export async function readRevision(
  world: EcsReader,
  taskDefinition: string,
  options: CallOptions = { abortSignal: world.signal },
): Promise<Revision | undefined> {
  try {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
    const found = await world.aws.ecs.send(command, options);
    return asRevision(found.taskDefinition, found.tags);
  } catch (error) {
    // ECS' only answer for a family that has no active revision.
    if (awsErrorFacts(error).code === 'ClientException') return undefined;
    throw awsFailure(error, `read the task definition ${taskDefinition}`);
  }
}

/**
 * All service deployments that ECS still shows (90 days).
 * @param after only those created since then
 * @returns undefined where the API is refused or unknown (older stand-ins)
 */
export async function listDeployments(
  world: EcsReader,
  name: ServiceName,
  after?: Date,
  options: CallOptions = { abortSignal: world.signal },
): Promise<ServiceDeploymentBrief[] | undefined> {
  const found: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  try {
    do {
      const page = await world.aws.ecs.send(
        new ListServiceDeploymentsCommand({
          cluster: name.cluster,
          service: name.service,
          maxResults: 100,
          ...(after ? { createdAt: { after } } : {}),
          ...(nextToken ? { nextToken } : {}),
        }),
        options,
      );
      found.push(...(page.serviceDeployments ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
  } catch (error) {
    if (isApiUnavailable(error)) return undefined;
    if (isServiceGone(error)) return [];
    throw awsFailure(error, `list the deployments of the service ${name.service}`);
  }
  return found;
}

/** True where the service was deleted, as the calls that look for one say it. */
export const isServiceGone = (error: unknown): boolean =>
  /^ServiceNot(Found|Active)Exception$/.test(awsErrorFacts(error).code);

/** True where an API is refused or not there at all, so that another way must be taken. */
export function isApiUnavailable(error: unknown): boolean {
  const { code } = awsErrorFacts(error);
  return isAccessDenied(error) || /UnsupportedFeature|UnknownOperation|InvalidAction|NotImplemented/.test(code);
}

/** Where ECS does not tell of service deployments there is another way to judge a rollout: less sure, so it is said. */
export function warnOfUnavailableApi({ report }: Pick<World, 'report'>, action: string, why: string): void {
  const text = `${action} gives no answer (${why}): the rollout is judged by what the service itself shows`;
  report({ type: 'warning', text });
}
