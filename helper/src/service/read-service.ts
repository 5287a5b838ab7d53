import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServiceDeploymentsCommand,
  type Service,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import type { CallOptions } from '../aws/deadline.ts';
import { awsErrorFacts, awsFailure, isAccessDenied } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { asRevision, type Revision } from './revision.ts';

export type EcsReader = Pick<World, 'aws' | 'signal'>;

/** A service by name within a cluster. */
export interface ServiceName {
  cluster: string;
  service: string;
}

/** Identities of all that existed before our call, so that what is new can be told. Times do not tell: clocks differ. */
export interface Baseline {
  /** ARNs; undefined where the API is unavailable. */
  serviceDeployments: ReadonlySet<string> | undefined;
  /** Ids, `ecs-svc/...`. */
  deployments: ReadonlySet<string>;
  /** Ids. */
  events: ReadonlySet<string>;
}

/**
 * Reads a service, in any state.
 * @returns undefined where there is no such service
 * @throws Failure `usage` where the cluster does not exist, `aws` where it cannot be read
 */
export async function readService(
  world: EcsReader,
  name: ServiceName,
  options: CallOptions = { abortSignal: world.signal },
): Promise<Service | undefined> {
  try {
    const answer = await world.aws.ecs.send(
      new DescribeServicesCommand({ cluster: name.cluster, services: [name.service], include: ['TAGS'] }),
      options,
    );
    const service = answer.services?.[0];
    if (service) return service;
    const failure = answer.failures?.[0];
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
 * Reads a revision, by its ARN or `family:7`. A family alone stands for its newest active revision.
 * @returns undefined where there is no such revision
 */
export async function readRevision(
  world: EcsReader,
  taskDefinition: string,
  options: CallOptions = { abortSignal: world.signal },
): Promise<Revision | undefined> {
  try {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
    const answer = await world.aws.ecs.send(command, options);
    return asRevision(answer.taskDefinition, answer.tags);
  } catch (error) {
    // ECS answers so for a family without an active revision, and has no clearer error for it.
    if (awsErrorFacts(error).code === 'ClientException') return undefined;
    throw awsFailure(error, `read the task definition ${taskDefinition}`);
  }
}

/**
 * Lists a service's deployments. ECS shows those of the last 90 days.
 * @param after lists only those that were created since then
 * @returns undefined where the API is unavailable: denied, or unknown to an older stand-in for ECS
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

/** True for the error of a call about a service that was deleted. */
export const isServiceGone = (error: unknown): boolean =>
  /^ServiceNot(Found|Active)Exception$/.test(awsErrorFacts(error).code);

/** True for the error of an API that is denied to us, or that does not exist here: then it is of no use to ask again. */
export function isApiUnavailable(error: unknown): boolean {
  const { code } = awsErrorFacts(error);
  return isAccessDenied(error) || /UnsupportedFeature|UnknownOperation|InvalidAction|NotImplemented/.test(code);
}

/** Warns that a rollout is judged without the service deployments API, which is less certain. */
export function warnOfUnavailableApi({ report }: Pick<World, 'report'>, action: string, reason: string): void {
  const text = `${action} gives no answer (${reason}): the rollout is judged by what the service itself shows`;
  report({ type: 'warning', text });
}
