import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type Service,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { awsFailure } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';
import { neverRanRevision } from '../never-ran-tag.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import { type EcsReader, listDeployments, type ServiceName } from '../read-service.ts';
import type { DeploymentHistory, PastDeployment } from './deployment-history.ts';

/** The most revisions that DescribeServiceRevisions takes. */
const PAGE_SIZE = 20;
/** How many of the last deployments are looked at. */
const MAX_DEPLOYMENTS = 200;

/**
 * Reads which revisions a service was deployed with, and whether each deployment succeeded.
 * @param original the original of the present revision, where that is a copy: the copy counts as the original
 * @throws Failure `aws` where the API is unavailable
 */
export async function readHistory(
  world: EcsReader,
  name: ServiceName,
  service: Service,
  original?: string,
): Promise<DeploymentHistory> {
  const listed = await listDeployments(world, name);
  if (listed === undefined) {
    throw new Failure('aws', `which revision of service ${name.service} ran before cannot be read`, {
      hint: 'let this process call ecs:ListServiceDeployments (the caller policy has it), or name the revision: rollbackTo: 41',
      evidence: ['ListServiceDeployments is refused, or not there'],
    });
  }
  const all = listed.sort((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0));
  // Failed deployments do not count, except for the last one: ECS may have rolled it back.
  const briefs = all.filter((one) => one.status === 'SUCCESSFUL' || one === all.at(-1)).slice(-MAX_DEPLOYMENTS);
  const setTo = shortId(service.taskDefinition ?? '');
  const originalName = (revision: string): string => (revision === setTo ? (original ?? setTo) : revision);
  const present = originalName(setTo);
  const revisions = await readRevisionNames(
    world,
    briefs.map((brief) => brief.targetServiceRevisionArn),
  );
  const past = briefs.flatMap((brief): PastDeployment[] => {
    const revision = revisions.get(brief.targetServiceRevisionArn ?? '');
    return revision === undefined ? [] : [{ revision: originalName(revision), status: brief.status ?? '' }];
  });
  const succeeded = withoutNeverRan(
    past.filter(({ status }) => status === 'SUCCESSFUL').map(({ revision }) => revision),
    neverRanRevision(service),
  );
  // ECS shows the deployments of 90 days. The oldest one still names the revision that it replaced.
  const earlier = new Set([...succeeded, present]).size > 1 ? undefined : await readSourceRevision(world, all[0]);
  return {
    present,
    isCompleted: primaryDeployment(service)?.rolloutState === 'COMPLETED' && setTo !== neverRanRevision(service),
    succeeded: earlier === undefined ? succeeded : [earlier, ...succeeded],
    last: past.at(-1),
  };
}

/** Removes the failed first deployment: ECS calls it a success, since it was scaled to 0 and 0 of 0 tasks run. */
function withoutNeverRan(succeeded: readonly string[], neverRan: string | undefined): string[] {
  const at = neverRan === undefined ? -1 : succeeded.indexOf(neverRan);
  return succeeded.filter((_, index) => index !== at);
}

/** The revision that ran when a deployment began; undefined where none ran, or more than one. */
async function readSourceRevision(
  world: EcsReader,
  brief: ServiceDeploymentBrief | undefined,
): Promise<string | undefined> {
  const arn = brief?.serviceDeploymentArn;
  if (arn === undefined) return undefined;
  try {
    const found = await world.aws.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }), {
      abortSignal: world.signal,
    });
    const sources = found.serviceDeployments?.[0]?.sourceServiceRevisions ?? [];
    const [only, ...others] = (
      await readRevisionNames(
        world,
        sources.map((one) => one.arn),
      )
    ).values();
    return others.length === 0 ? only : undefined;
  } catch (error) {
    throw awsFailure(error, `read the service deployment ${arn}`);
  }
}

/** Service revision ARN -> `shop:7`. */
async function readRevisionNames(
  world: EcsReader,
  arns: readonly (string | undefined)[],
): Promise<Map<string, string>> {
  const all = [...new Set(arns.flatMap((arn) => arn ?? []))];
  const names = new Map<string, string>();
  for (let at = 0; at < all.length; at += PAGE_SIZE) {
    const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: all.slice(at, at + PAGE_SIZE) });
    try {
      const found = await world.aws.ecs.send(command, { abortSignal: world.signal });
      for (const { serviceRevisionArn, taskDefinition } of found.serviceRevisions ?? []) {
        if (serviceRevisionArn && taskDefinition) names.set(serviceRevisionArn, shortId(taskDefinition));
      }
    } catch (error) {
      throw awsFailure(error, 'read the revisions of the service');
    }
  }
  return names;
}
