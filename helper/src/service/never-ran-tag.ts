import { type Service, type Tag, TagResourceCommand } from '@aws-sdk/client-ecs';
import { shortId } from '../aws/arn.ts';
import type { CallOptions } from '../aws/deadline.ts';
import { awsErrorFacts } from '../aws/errors.ts';
import type { World } from '../world.ts';

/** Tag of a service that was scaled to 0 because its first deployment failed. Its value is the failed revision. */
const NEVER_RAN_TAG = 'fargate-ci:never-ran';

/**
 * Tags a service as scaled to 0 because it never ran. ECS calls its deployment a success (0 of 0 tasks run), so without the
 * tag it looks like a service that someone scaled to 0 on purpose.
 * Where tagging is denied, the next deployment leaves the service at 0 tasks and warns of that.
 */
export async function markNeverRan(world: World, service: Service, options: CallOptions): Promise<void> {
  const tags: Tag[] = [{ key: NEVER_RAN_TAG, value: shortId(service.taskDefinition ?? '') }];
  try {
    await world.aws.ecs.send(new TagResourceCommand({ resourceArn: service.serviceArn, tags }), options);
  } catch (error) {
    world.report({ type: 'detail', text: `TagResource: ${awsErrorFacts(error).message}` });
  }
}

/** The first revision, `shop:1`, where it is tagged as never having run. */
export const neverRanRevision = ({ tags }: Service): string | undefined =>
  tags?.find(({ key }) => key === NEVER_RAN_TAG)?.value;

/** True where nothing has changed since the failed first deployment: the same revision, and still 0 tasks. */
export const neverRan = (service: Service): boolean =>
  service.desiredCount === 0 && neverRanRevision(service) === shortId(service.taskDefinition ?? '');
