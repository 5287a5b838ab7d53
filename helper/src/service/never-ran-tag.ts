import { type Service, type Tag, TagResourceCommand } from '@aws-sdk/client-ecs';
import { shortId } from '../aws/arn.ts';
import { awsErrorFacts } from '../aws/errors.ts';
import type { World } from '../world.ts';
import type { CallOptions } from './call-options.ts';

/** Tag of a service whose first deployment failed and was scaled to 0; its value is the revision that failed. */
const NEVER_RAN = 'fargate-ci:never-ran';

/**
 * Writes down that a service is at 0 tasks because it never ran. With 0 of 0 tasks running ECS calls its deployment a
 * success, so that nothing else would tell it from a service that someone scaled to 0 on purpose.
 * Without the right to do so the service merely stays at 0 at its next deployment, which is warned of.
 */
export async function markNeverRan(world: World, service: Service, options: CallOptions): Promise<void> {
  const tags: Tag[] = [{ key: NEVER_RAN, value: shortId(service.taskDefinition ?? '') }];
  try {
    await world.aws.ecs.send(new TagResourceCommand({ resourceArn: service.serviceArn, tags }), options);
  } catch (error) {
    world.report({ type: 'detail', text: `TagResource: ${awsErrorFacts(error).message}` });
  }
}

/** The revision, `shop:1`, that was the first and never ran; undefined where there is no such mark. */
export const neverRanRevision = ({ tags }: Service): string | undefined =>
  tags?.find(({ key }) => key === NEVER_RAN)?.value;

/** True where a service is still as its failed first deployment left it. */
export const neverRan = (service: Service): boolean =>
  service.desiredCount === 0 && neverRanRevision(service) === shortId(service.taskDefinition ?? '');
