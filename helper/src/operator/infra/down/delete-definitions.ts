import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  paginateListTaskDefinitionFamilies,
  paginateListTaskDefinitions,
} from '@aws-sdk/client-ecs';
import { awsErrorFacts, isThrottled } from '../../../aws/errors.ts';
import { readStoredSettings } from '../../../settings/stored-settings.ts';
import { plural } from '../../../text/quantities.ts';
import type { OperatorWorld } from '../../operator-world.ts';

/** ECS takes one deregistration a second after the first twenty: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html */
const PAUSE_MS = 2_000;
const RETRY_LIMIT_MS = 600_000;
/** The most revisions in one request of DeleteTaskDefinitions. */
const MOST_IN_REQUEST = 10;

/**
 * Deletes the revisions of task definitions that builds and deployments of a prefix registered, when its builder is gone.
 * They cost nothing, so where they cannot be deleted, there is a warning and no failure.
 */
export async function deleteDefinitions(world: OperatorWorld, prefix: string): Promise<void> {
  // These settings are of a builder that was deployed by hand: it goes on using them.
  if ((await readStoredSettings(world, prefix)).values.has('cluster')) return;
  try {
    const arns = await listRevisions(world, prefix);
    if (arns.length === 0) return;
    const text = `deleting ${plural(arns.length, 'revision')} of task definitions`;
    world.report({ type: 'infra-step', topic: 'task def', text });
    for (const taskDefinition of arns)
      await retryWhileThrottled(world, () =>
        world.aws.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition })),
      );
    for (let at = 0; at < arns.length; at += MOST_IN_REQUEST) {
      const taskDefinitions = arns.slice(at, at + MOST_IN_REQUEST);
      await retryWhileThrottled(world, () => world.aws.ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions })));
    }
  } catch (error) {
    world.signal.throwIfAborted();
    const text = `revisions of task definitions ${prefix}-... are left, which cost nothing: ${awsErrorFacts(error).message}`;
    world.report({ type: 'warning', text });
  }
}

/** Lists the active revisions of a prefix. Only the path of its roles tells whether `team-a-shop` is of `team` or of `team-a`. */
async function listRevisions({ aws, signal }: OperatorWorld, prefix: string): Promise<string[]> {
  const client = aws.ecs;
  const found: string[] = [];
  const request = { familyPrefix: `${prefix}-`, status: 'ACTIVE' } as const;
  for await (const { families = [] } of paginateListTaskDefinitionFamilies({ client }, request)) {
    for (const familyPrefix of families) {
      signal.throwIfAborted();
      const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: familyPrefix }));
      const roles = [taskDefinition?.executionRoleArn, taskDefinition?.taskRoleArn];
      if (!roles.some((role) => role?.includes(`:role/${prefix}/`))) continue;
      for await (const page of paginateListTaskDefinitions({ client }, { familyPrefix, status: 'ACTIVE' }))
        found.push(...(page.taskDefinitionArns ?? []));
    }
  }
  return found;
}

async function retryWhileThrottled({ clock, signal }: OperatorWorld, call: () => Promise<unknown>): Promise<void> {
  for (const began = clock.now(); ; await clock.sleep(PAUSE_MS, signal)) {
    signal.throwIfAborted();
    try {
      await call();
      return;
    } catch (error) {
      if (!isThrottled(error) || clock.now() - began >= RETRY_LIMIT_MS) throw error;
    }
  }
}
