import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Task } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { learnSecretValues } from '../../aws/stored-secrets.ts';
import type { World } from '../../world.ts';
import type { Definition } from '../revision.ts';
import { deadContainer } from './explain-death.ts';

/** How many lines of a dead task's log are shown. */
const MAX_LINES = 12;

/**
 * Reads the last lines of the log of the container that ended a task.
 * @returns no lines where it has no log in CloudWatch, where the log has none yet, and where the log cannot be read
 */
export async function lastLogLines(world: World, definition: Definition, task: Task): Promise<string[]> {
  const name = deadContainer(task)?.name;
  const container = definition.containerDefinitions?.find((one) => one.name === name);
  const log = container?.logConfiguration?.options;
  const group = log?.['awslogs-group'];
  const prefix = log?.['awslogs-stream-prefix'];
  if (!group || !prefix || task.taskArn === undefined) return [];
  try {
    const page = await world.aws.logs.send(
      new GetLogEventsCommand({
        logGroupName: group,
        logStreamName: `${prefix}/${name}/${shortId(task.taskArn)}`,
        startFromHead: false,
        limit: MAX_LINES,
      }),
      { abortSignal: world.signal },
    );
    const lines = (page.events ?? []).map((event) => (event.message ?? '').trimEnd()).slice(-MAX_LINES);
    if (lines.length > 0) {
      await hideContainerSecrets(
        world,
        (container?.secrets ?? []).flatMap(({ valueFrom }) => valueFrom ?? []),
      );
    }
    return lines;
  } catch (error) {
    world.signal.throwIfAborted();
    // The stream does not exist before its first line. Where the log may not be read, ECS' reason must do.
    world.report({ type: 'detail', text: `no log of task ${shortId(task.taskArn)}: ${String(error)}` });
    return [];
  }
}

/** Adds a container's secrets to the mask, for it may print them. Those that we may not read cannot be hidden. */
async function hideContainerSecrets(world: World, secrets: readonly string[]): Promise<void> {
  const unread = await learnSecretValues(world, secrets);
  if (unread.length > 0)
    world.report({
      type: 'detail',
      text: `not hidden in its log, for it may not be read: ${unread.join(', ')}`,
    });
}
