import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import { awsFailure } from '../../aws/errors.ts';
import type { World } from '../../world.ts';
import type { CallOptions } from '../call-options.ts';
import { type Baseline, isApiUnavailable, listDeployments } from '../read-service.ts';
import { sameRevision } from '../revision.ts';
import type { OurDeployment } from './our-deployment.ts';

type Reader = Pick<World, 'aws' | 'signal'>;

/**
 * What became known of our own service deployment. `silent`: there is no use in asking; the action that is refused, or
 * empty where ECS' answers do not tell ours from another.
 */
export type Identified = { arn: string } | 'not-yet' | { silent: string };

/**
 * Finds the service deployment that our call started: UpdateService's answer does not name it, and
 * `currentServiceDeployment` may be that of an earlier one. It is the one that is not among those from before and
 * whose target is our revision; where two are, neither can be told to be ours.
 */
export async function identifyDeployment(
  world: Reader,
  ours: OurDeployment,
  before: Baseline,
  options: CallOptions = { abortSignal: world.signal },
): Promise<Identified> {
  if (before.serviceDeployments === undefined || !ours.started) return { silent: '' };
  const fresh = await deploymentsSinceCall(world, ours, before, options);
  if (fresh === undefined) return { silent: 'ListServiceDeployments' };
  if (fresh.length === 0) return 'not-yet';
  const revisions = await revisionsOf(world, fresh, options);
  if (revisions === undefined) return { silent: 'DescribeServiceRevisions' };
  const matching = fresh.filter((brief) =>
    sameRevision(revisions.get(brief.targetServiceRevisionArn ?? ''), ours.taskDefinition),
  );
  const [only, ...others] = matching;
  if (only?.serviceDeploymentArn === undefined) return 'not-yet';
  return others.length === 0 ? { arn: only.serviceDeploymentArn } : { silent: '' };
}

/** Service deployments that were not there before our call, oldest first. */
export async function deploymentsSinceCall(
  world: Reader,
  ours: OurDeployment,
  before: Baseline,
  options: CallOptions = { abortSignal: world.signal },
): Promise<ServiceDeploymentBrief[] | undefined> {
  const all = await listDeployments(world, ours, undefined, options);
  const fresh = all?.filter((brief) => !before.serviceDeployments?.has(brief.serviceDeploymentArn ?? ''));
  return fresh?.sort((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0));
}

/** Service revision ARN -> task definition ARN. */
async function revisionsOf(
  world: Reader,
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

/** Our own service deployment as it is now; undefined where the API does not answer. */
export async function readServiceDeployment(
  world: Reader,
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
