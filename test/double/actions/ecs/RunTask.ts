import { action } from '../../action.ts';
import { Fields } from '../../action-parameters.ts';
import { AwsError, client, invalid } from '../../errors.ts';
import type { JsonObject } from '../../json-values.ts';
import type { Ecs } from '../../state/ecs.ts';
import { hexId } from '../../state/ids.ts';
import type { Place } from '../../state/place.ts';
import { amount, checkSize } from '../../state/sizes.ts';
import type { TaskDefinition } from '../../state/task-definitions.ts';
import { taskAt } from '../../state/task-view.ts';
import type { Task } from '../../state/tasks.ts';
import { checkNetwork } from './network.ts';

/** RunTask makes the checks that ECS makes first, looks at the client token, and then starts the next script. */
export const RunTask = action('ecs', 'RunTask', (input, { ecs, place }) => {
  const cluster = ecs.cluster(input.text('cluster'));
  const definition = ecs.taskDefinitions.find(input.need('taskDefinition'));
  if (!definition) throw client('TaskDefinition not found.');
  if (definition.status === 'INACTIVE') throw client('TaskDefinition is inactive');
  const count = input.number('count') ?? 1;
  if (count < 1 || count > 10) throw invalid('Count must be between 1 and 10.');
  if (!/^[A-Za-z0-9/_-]{0,128}$/.test(input.text('startedBy') ?? '')) {
    throw invalid('startedBy can have at most 128 letters, digits, hyphens, slashes and underscores.');
  }
  checkNetwork(input, definition);
  checkOverrides(input.object('overrides'), definition);

  const known = remembered(input, ecs, cluster);
  if (known) return { tasks: known.map((task) => answer(task, place)), failures: [] };
  const script = ecs.tasks.take();
  if ('failures' in script) return { tasks: [], failures: script.failures.map((one) => ({ ...one })) };
  const tasks = Array.from({ length: count }, () =>
    ecs.tasks.start(cluster, definition, script, request(input, definition)),
  );
  const token = input.text('clientToken');
  if (token) ecs.tokens.set(`${cluster}/${token}`, { request: digest(input), tasks, at: place.clock.now() });
  return { tasks: tasks.map((task) => answer(task, place)), failures: [] };
});

/** A client token that was seen within a day stands for the task that it started. With another request it is a conflict. */
function remembered(input: Fields, ecs: Ecs, cluster: string): readonly Task[] | undefined {
  const token = input.text('clientToken');
  if (token === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,64}$/.test(token)) throw invalid('clientToken can have at most 64 characters.');
  const known = ecs.token(`${cluster}/${token}`);
  if (known && known.request !== digest(input)) {
    const resourceIds = known.tasks.map((task) => task.arn);
    throw new AwsError('ConflictException', 'The RunTask request conflicts with an earlier one.', 400, { resourceIds });
  }
  return known?.tasks;
}

const digest = (input: Fields): string => hexId(JSON.stringify(input.all));

/** RunTask's own answer always shows the task, even while DescribeTasks does not. */
function answer(task: Task, place: Place): JsonObject {
  const first = task.script.timeline[0] ?? { at: 0, lastStatus: 'PROVISIONING' as const };
  return taskAt(task, first, place.clock.now());
}

function request(input: Fields, definition: TaskDefinition): JsonObject {
  const { overrides, startedBy, launchType, tags } = input.all;
  const sizes = input.object('overrides');
  const storage = sizes.object('ephemeralStorage').all;
  const provider = input.objects('capacityProviderStrategy')[0]?.text('capacityProvider');
  return {
    overrides: {
      containerOverrides: [],
      inferenceAcceleratorOverrides: [],
      ...new Fields({ overrides }).object('overrides').all,
    },
    startedBy,
    tags: tags ?? [],
    group: input.text('group') ?? `family:${definition.family}`,
    launchType: provider === undefined ? (launchType ?? 'FARGATE') : 'FARGATE',
    ...(provider === undefined ? {} : { capacityProviderName: provider }),
    ...(sizes.has('cpu') ? { cpu: sizes.text('cpu') } : {}),
    ...(sizes.has('memory') ? { memory: sizes.text('memory') } : {}),
    ...(sizes.has('ephemeralStorage') ? { ephemeralStorage: storage } : {}),
  };
}

function checkOverrides(overrides: Fields, definition: TaskDefinition): void {
  // "A total of 8192 characters are allowed for overrides. This includes the JSON formatting characters."
  if (JSON.stringify(overrides.all).length > 8192) throw invalid('Container Overrides length must be at most 8192');
  const content = new Fields(definition.content);
  const names = content.objects('containerDefinitions').map((one) => one.text('name'));
  for (const one of overrides.objects('containerOverrides')) {
    const name = one.text('name');
    if (names.includes(name)) continue;
    throw invalid(`Override for container named ${name} is not a container in the TaskDefinition.`);
  }
  const cpu = overrides.text('cpu') ?? content.text('cpu');
  const memory = overrides.text('memory') ?? content.text('memory');
  if (cpu !== undefined && memory !== undefined) checkSize(amount(cpu, 'vCPU'), amount(memory, 'GB'));
  const storage = overrides.object('ephemeralStorage').number('sizeInGiB') ?? 21;
  if (storage < 21 || storage > 200) throw invalid('EphemeralStorage sizeInGiB must be between 21 and 200.');
}
