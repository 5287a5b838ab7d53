import {
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { callOnce } from '../aws/call-once.ts';
import { awsFailure } from '../aws/errors.ts';
import { withoutBlindRetries } from '../aws/idempotency.ts';
import type { World } from '../world.ts';
import { findRevision } from './builder-definition.ts';
import { type DefinitionAdditions, deriveDefinition } from './derive-definition.ts';

type RegisterWorld = Pick<World, 'aws' | 'clock' | 'signal' | 'report' | 'abortBudget'>;

/**
 * The ARN of the task definition to run: the base itself, or a derived one. A derived one that does not exist yet is registered.
 * @throws Failure `usage` where the base cannot take the additions, `aws` where ECS refuses or fails
 */
export async function ensureBuilderDefinition(
  world: RegisterWorld,
  base: TaskDefinition,
  container: string,
  additions: DefinitionAdditions,
): Promise<string> {
  const input = deriveDefinition(base, container, additions);
  if (input === undefined) return base.taskDefinitionArn ?? base.family ?? '';
  const family = input.family ?? '';
  return (await findRevision(world, family))?.taskDefinitionArn ?? register(world, input, family);
}

async function register(
  world: RegisterWorld,
  input: RegisterTaskDefinitionCommandInput,
  family: string,
): Promise<string> {
  try {
    const arn = await callOnce(world, {
      action: 'RegisterTaskDefinition',
      async send() {
        const command = withoutBlindRetries(new RegisterTaskDefinitionCommand(input));
        return (await world.aws.ecs.send(command, { abortSignal: world.signal })).taskDefinition?.taskDefinitionArn;
      },
      // The family's name has the hash of the content, so any revision of it is right.
      find: async () => (await findRevision(world, family))?.taskDefinitionArn,
    });
    const reason = 'the secrets, the platform or the variables of this build, which overrides cannot carry';
    world.report({ type: 'task-definition-registered', taskDefinition: family, reason });
    return arn;
  } catch (error) {
    world.signal.throwIfAborted();
    throw awsFailure(
      error,
      `register the task definition ${family} (ecs:RegisterTaskDefinition, iam:PassRole on its roles)`,
    );
  }
}
