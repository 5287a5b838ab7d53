import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type Service,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { awsFailure } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';
import type { World } from '../../world.ts';
import { neverRanRevision } from '../never-ran-tag.ts';
import { listDeployments, type ServiceName } from '../read-service.ts';
import type { DeploymentHistory, PastDeployment } from './deployment-history.ts';

type Reader = Pick<World, 'aws' | 'signal'>;

/** DescribeServiceRevisions' limit; and how far the past is looked at. */
const PAGE = 20;
const MOST = 200;

/**
 * Reads which revisions a service was deployed with, and with what success.
 * @param original the revision of which the present one is a copy: it counts as that
 * @throws Failure `aws` where ECS does not tell
 */
export async function readHistory(
  world: Reader,
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
  // However many failed in between: of those only the last is of interest.
  const briefs = all.filter((one) => one.status === 'SUCCESSFUL' || one === all.at(-1)).slice(-MOST);
  const now = shortId(service.taskDefinition ?? '');
  const known = (revision: string): string => (revision === now ? (original ?? now) : revision);
  const present = known(now);
  const revisions = await revisionNames(
    world,
    briefs.map((brief) => brief.targetServiceRevisionArn),
  );
  const past = briefs.flatMap((brief): PastDeployment[] => {
    const revision = revisions.get(brief.targetServiceRevisionArn ?? '');
    return revision === undefined ? [] : [{ revision: known(revision), status: brief.status ?? '' }];
  });
  const succeeded = withoutNeverRan(
    past.filter(({ status }) => status === 'SUCCESSFUL').map(({ revision }) => revision),
    neverRanRevision(service),
  );
  // What ran before the oldest that ECS still shows (90 days) is written in that one alone.
  const earlier = new Set([...succeeded, present]).size > 1 ? undefined : await sourceOf(world, all[0]);
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  return {
    present,
    settled: primary?.rolloutState === 'COMPLETED' && now !== neverRanRevision(service),
    succeeded: earlier === undefined ? succeeded : [earlier, ...succeeded],
    last: past.at(-1),
  };
}

/** A first deployment that was scaled to 0 is a success to ECS, with 0 of 0 tasks. */
function withoutNeverRan(succeeded: readonly string[], marked: string | undefined): string[] {
  const at = marked === undefined ? -1 : succeeded.indexOf(marked);
  return succeeded.filter((_, index) => index !== at);
}

/** The one revision that ran when a deployment began; undefined where that was none, or more than one. */
async function sourceOf(world: Reader, brief: ServiceDeploymentBrief | undefined): Promise<string | undefined> {
  const arn = brief?.serviceDeploymentArn;
  if (arn === undefined) return undefined;
  try {
    const found = await world.aws.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }), {
      abortSignal: world.signal,
    });
    const sources = found.serviceDeployments?.[0]?.sourceServiceRevisions ?? [];
    const [only, ...others] = (
      await revisionNames(
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
async function revisionNames(world: Reader, arns: readonly (string | undefined)[]): Promise<Map<string, string>> {
  const all = [...new Set(arns.flatMap((arn) => arn ?? []))];
  const names = new Map<string, string>();
  for (let at = 0; at < all.length; at += PAGE) {
    const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: all.slice(at, at + PAGE) });
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
