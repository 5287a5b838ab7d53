import { action } from '../../action.ts';
import { invalid } from '../../errors.ts';
import { describeTask } from '../../state/task-view.ts';

/** An unknown task, or one that the API does not see yet, is one of the `failures`, with the reason MISSING. */
export const DescribeTasks = action('ecs', 'DescribeTasks', (input, { ecs, place }) => {
  const cluster = ecs.cluster(input.text('cluster'));
  const names = input.texts('tasks');
  if (names.length === 0) throw invalid('Tasks cannot be empty.');
  if (names.length > 100) throw invalid('tasks can have at most 100 items.');
  const found = names.map((name) => {
    const task = ecs.tasks.find(cluster, name);
    const seen = task && describeTask(task, place.clock.now());
    const arn =
      task?.arn ?? `arn:aws:ecs:${place.region}:${place.account}:task/${cluster}/${name.replace(/^.*\//, '')}`;
    return { seen, arn };
  });
  return {
    tasks: found.flatMap(({ seen }) => seen ?? []),
    failures: found.flatMap(({ seen, arn }) => (seen ? [] : { arn, reason: 'MISSING' })),
  };
});
