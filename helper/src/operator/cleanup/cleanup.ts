import { readSources } from '../../cli/aws-options.ts';
import { taskLink } from '../../ecs/console-links.ts';
import { Failure } from '../../failure.ts';
import { buildParameters } from '../../parameters/build-parameters.ts';
import { buildSettings } from '../../settings/required-settings.ts';
import { stopTask } from '../../task/stop-task.ts';
import { duration, plural } from '../../text/quantities.ts';
import type { OperatorWorld } from '../operator-world.ts';
import type { CleanupParameters } from './cleanup-parameters.ts';
import { listRunningBuilds, type RunningBuild } from './running-builds.ts';

/** Where a task does not say how long it may take: the longest that kanikoBuild takes. */
const LONGEST_MS = buildParameters.timeout.max * 60_000;
/**
 * A helper that lives stops its task when its time is up, counted from when the task was made. So much more is left, for its
 * clock and ours may each be five minutes off: a build that is still watched is never stopped.
 */
const SPARE_MS = 15 * 60_000;

/**
 * Lists the builds that run, and stops those whose time is over: their helper is gone, or it would have stopped them.
 * @returns the list, as text
 * @throws Failure `usage` where the settings do not say where builds run, `aws` where AWS refuses
 */
export async function runCleanup(world: OperatorWorld, params: CleanupParameters): Promise<string> {
  const sources = await readSources(world, params);
  const { settings } = buildSettings(sources);
  const builds = await listRunningBuilds(world, settings.cluster, settings.builderFamily);
  const limitOf = ({ timeout }: RunningBuild): number => (timeout ?? LONGEST_MS) + SPARE_MS;
  const over = builds.filter((build) => build.age > limitOf(build));
  if (builds.length === 0) return `no build runs in the cluster ${settings.cluster}\n`;
  const lines = builds.map((build) => {
    const state = over.includes(build) ? 'over its time' : 'in its time';
    const name = build.startedBy || 'started by nobody known';
    return [
      `${state.padEnd(13)}  ${build.id}  ${name}  since ${duration(build.age)}, may take ${duration(limitOf(build))}`,
      `               ${taskLink(world.aws.region, settings.cluster, build.arn)}`,
    ].join('\n');
  });
  const list = (last: string): string => `${[...lines, '', last].join('\n')}\n`;
  const found = `${plural(builds.length, 'build')} running, ${over.length || 'none'} over its time`;
  if (over.length === 0) return list(found);
  if (!params.stop) return list(`${found}; to stop what is: fargate-ci cleanup --stop`);
  world.report({ type: 'infra-next', lines: lines.flatMap((line) => line.split('\n')) });
  const left: string[] = [];
  for (const { arn, id, age } of over) {
    world.signal.throwIfAborted();
    if (!(await stopTask(world, settings.cluster, arn, `cleanup: it ran for ${duration(age)}`))) left.push(id);
  }
  if (left.length === 0) return `${found}: stopped\n`;
  throw new Failure('aws', `${plural(left.length, 'build')} could not be stopped: ${left.join(', ')}`, {
    hint: 'the warnings above say why, with the command that would',
  });
}
