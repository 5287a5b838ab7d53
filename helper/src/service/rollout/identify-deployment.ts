import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import type { CallOptions } from '../../aws/deadline.ts';
import { awsFailure } from '../../aws/errors.ts';
import { type Baseline, type EcsReader, isApiUnavailable, listDeployments } from '../read-service.ts';
import { sameRevision } from '../revision.ts';
import type { OurDeployment } from './our-deployment.ts';

/**
 * Whether our own service deployment was found. `unavailable`: it is of no use to ask again. It names the action that is
 * unavailable; undefined where ECS' answers cannot tell our deployment from another one.
 */
type Identification = { arn: string } | 'not-yet' | { unavailable: string | undefined };

/**
 * Finds the service deployment that our call started. UpdateService's answer does not name it, and the service's
 * `currentServiceDeployment` may be an earlier one. So it is the one that did not exist before and whose target is our
 * revision. Where there are two of that kind, nothing tells which is ours.
 */
export async function identifyDeployment(
  world: EcsReader,
  ours: OurDeployment,
  before: Baseline,
  options: CallOptions = { abortSignal: world.signal },
): Promise<Identification> {
  if (before.serviceDeployments === undefined || !ours.started) return { unavailable: undefined };
  const sinceCall = await deploymentsSinceCall(world, ours, before, options);
  if (sinceCall === undefined) return { unavailable: 'ListServiceDeployments' };
  if (sinceCall.length === 0) return 'not-yet';
  const revisions = await targetRevisions(world, sinceCall, options);
  if (revisions === undefined) return { unavailable: 'DescribeServiceRevisions' };
  const matching = sinceCall.filter((brief) =>
    sameRevision(revisions.get(brief.targetServiceRevisionArn ?? ''), ours.taskDefinition),
  );
  const [only, ...others] = matching;
  if (only?.serviceDeploymentArn === undefined) return 'not-yet';
  return others.length === 0 ? { arn: only.serviceDeploymentArn } : { unavailable: undefined };
}

/** The service deployments that did not exist before our call, oldest first. */
export async function deploymentsSinceCall(
  world: EcsReader,
  ours: OurDeployment,
  before: Baseline,
  options: CallOptions = { abortSignal: world.signal },
): Promise<ServiceDeploymentBrief[] | undefined> {
  const all = await listDeployments(world, ours, undefined, options);
  const sinceCall = all?.filter((brief) => !before.serviceDeployments?.has(brief.serviceDeploymentArn ?? ''));
  return sinceCall?.sort((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0));
}

/** The target revisions of service deployments: service revision ARN -> task definition ARN. */
async function targetRevisions(
  world: EcsReader,
  briefs: readonly ServiceDeploymentBrief[],
  options: CallOptions,
): Promise<Map<string, string> | undefined> {
  const arns = [...new Set(briefs.flatMap((brief) => brief.targetServiceRevisionArn ?? []))].slice(-20);
  if (arns.length === 0) return new Map();
  try {
    const found = await world.aws.ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: arns }), options);
    const pairs = (found.serviceRevisions ?? []).map((revision): [string, string] => [
      revision.serviceRevisionArn ?? '',
      revision.taskDefinition ?? '',
    ]);
    return new Map(pairs);
  } catch (error) {
    if (isApiUnavailable(error)) return undefined;
    throw awsFailure(error, 'read the revisions of the service');
  }
}

/** A service deployment as it is now; undefined where the API is unavailable. */
export async function readServiceDeployment(
  world: EcsReader,
  arn: string,
  options: CallOptions = { abortSignal: world.signal },
): Promise<ServiceDeployment | undefined> {
  try {
    const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] });
    const found = await world.aws.ecs.send(command, options);
    return found.serviceDeployments?.[0];
  } catch (error) {
    if (isApiUnavailable(error)) return undefined;
    throw awsFailure(error, `read the service deployment ${arn}`);
  }
}
