import { readSources } from '../../cli/aws-options.ts';
import { taskLink } from '../../ecs/console-links.ts';
import { Failure } from '../../failure.ts';
import { buildParameters } from '../../parameters/build-parameters.ts';
import { buildSettings } from '../../settings/required-settings.ts';
import { stopTask } from '../../task/stop-task.ts';
import { formatDuration, plural } from '../../text/quantities.ts';
import type { OperatorWorld } from '../operator-world.ts';
import type { CleanupParameters } from './cleanup-parameters.ts';
import { listRunningBuilds, type RunningBuild } from './running-builds.ts';

/** The time of a task that does not say how long it may take: the longest timeout of kanikoBuild. */
const LONGEST_MS = buildParameters.timeout.max * 60_000;
/**
 * The time that a build gets beyond its timeout. A helper that is alive stops its task when the timeout has passed since the
 * task was made. Its clock and ours may each be five minutes off, so that without spare time a build that is still watched
 * could be stopped.
 */
const SPARE_MS = 15 * 60_000;

/**
 * Lists the builds that run, and stops those whose time is over: a helper that is alive would have stopped them.
 * @returns the list, as text
 * @throws Failure `usage` where the settings do not say where builds run, `aws` where AWS refuses
 */
export async function runCleanup(world: OperatorWorld, params: CleanupParameters): Promise<string> {
  const sources = await readSources(world, params);
  const { settings } = buildSettings(sources);
  const builds = await listRunningBuilds(world, settings.cluster, settings.builderFamily);
  const limitOf = ({ timeout }: RunningBuild): number => (timeout ?? LONGEST_MS) + SPARE_MS;
  const overdue = builds.filter((build) => build.age > limitOf(build));
  if (builds.length === 0) return `no build runs in the cluster ${settings.cluster}\n`;
  const lines = builds.map((build) => {
    const state = overdue.includes(build) ? 'over its time' : 'in its time';
    const name = build.startedBy || 'started by nobody known';
    return [
      `${state.padEnd(13)}  ${build.id}  ${name}  since ${formatDuration(build.age)}, may take ${formatDuration(limitOf(build))}`,
      `               ${taskLink(world.aws.region, settings.cluster, build.arn)}`,
    ].join('\n');
  });
  const list = (last: string): string => `${[...lines, '', last].join('\n')}\n`;
  const counts = `${plural(builds.length, 'build')} running, ${overdue.length || 'none'} over its time`;
  if (overdue.length === 0) return list(counts);
  if (!params.stop) return list(`${counts}; to stop what is: fargate-ci cleanup --stop`);
  world.report({ type: 'infra-next', lines: lines.flatMap((line) => line.split('\n')) });
  const notStopped: string[] = [];
  for (const { arn, id, age } of overdue) {
    world.signal.throwIfAborted();
    if (!(await stopTask(world, settings.cluster, arn, `cleanup: it ran for ${formatDuration(age)}`)))
      notStopped.push(id);
  }
  if (notStopped.length === 0) return `${counts}: stopped\n`;
  throw new Failure('aws', `${plural(notStopped.length, 'build')} could not be stopped: ${notStopped.join(', ')}`, {
    hint: 'the warnings above say why, with the command that would',
  });
}
