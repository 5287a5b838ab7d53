import { RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { callOnce } from '../../aws/call-once.ts';
import { withGracePeriod } from '../../aws/deadline.ts';
import { awsFailure } from '../../aws/errors.ts';
import { withoutBlindRetries } from '../../aws/idempotency.ts';
import { sameDefinition } from '../../ecs/canonical-definition.ts';
import type { World } from '../../world.ts';
import { readRevision } from '../read-service.ts';
import type { Definition } from '../revision.ts';
import { isCopyTagDenied, withoutCopyTag } from './revision-copies.ts';

/**
 * Registers a revision, exactly once. Where the answer is lost, the family's newest revision tells: with our content, it is
 * the one that we registered.
 * @returns its ARN
 */
export async function registerDefinition(world: World, definition: Definition): Promise<string> {
  const family = definition.family ?? '';
  try {
    return await callOnce(world, {
      action: 'RegisterTaskDefinition',
      async send() {
        const made = await withGracePeriod(world, (options) =>
          world.aws.ecs.send(withoutBlindRetries(new RegisterTaskDefinitionCommand(definition)), options),
        );
        return made.taskDefinition?.taskDefinitionArn;
      },
      async find() {
        const latest = await readRevision(world, family);
        return latest && sameDefinition(latest.definition, definition) ? latest.arn : undefined;
      },
    });
  } catch (error) {
    world.signal.throwIfAborted();
    if (isCopyTagDenied(error, definition)) return registerDefinition(world, withoutCopyTag(definition));
    throw awsFailure(error, `register the task definition ${family}`);
  }
}
