import { action } from '../../action.ts';
import { invalid } from '../../errors.ts';
import { describeTask } from '../../state/task-view.ts';

/** Lists RUNNING tasks unless another status is asked for, a hundred on a page. */
export const ListTasks = action('ecs', 'ListTasks', (input, { ecs, place }) => {
  const cluster = ecs.cluster(input.text('cluster'));
  const [startedBy, family, serviceName] = [input.text('startedBy'), input.text('family'), input.text('serviceName')];
  // "When you specify startedBy as the filter, it must be the only filter that you use."
  if (startedBy !== undefined && (family ?? serviceName ?? input.text('launchType')) !== undefined) {
    throw invalid('startedBy must be the only filter.');
  }
  if (serviceName !== undefined) ecs.services.active(cluster, serviceName);
  const wanted = input.text('desiredStatus') ?? 'RUNNING';
  const arns = ecs.tasks.all
    .filter((task) => task.cluster === cluster)
    .filter((task) => startedBy === undefined || task.request.startedBy === startedBy)
    .filter((task) => family === undefined || task.definition.family === family)
    .filter((task) => serviceName === undefined || task.request.group === `service:${serviceName.replace(/^.*\//, '')}`)
    .filter((task) => describeTask(task, place.clock.now())?.desiredStatus === wanted)
    .map((task) => task.arn);
  const from = Number(input.text('nextToken') ?? 0);
  const end = from + Math.min(input.number('maxResults') ?? 100, 100);
  return { taskArns: arns.slice(from, end), nextToken: end < arns.length ? String(end) : undefined };
});
