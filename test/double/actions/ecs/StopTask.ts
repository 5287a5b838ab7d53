import { action } from '../../action.ts';
import { invalid } from '../../errors.ts';
import { stepAt, taskAt } from '../../state/task-view.ts';

export const StopTask = action('ecs', 'StopTask', (input, { ecs, place }) => {
  const cluster = ecs.cluster(input.text('cluster'));
  const task = ecs.tasks.find(cluster, input.need('task'));
  if (!task) throw invalid('The referenced task was not found.');
  const reason = input.text('reason') ?? 'Task stopped by user';
  if (reason.length > 1024) throw invalid('reason can have at most 1024 characters.');
  ecs.tasks.stop(task, reason);
  const now = place.clock.now();
  return { task: taskAt(task, stepAt(task, now) ?? { at: 0, lastStatus: 'STOPPED' }, now) };
});
