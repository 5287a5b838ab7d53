import { BuildLog, type DisplayLine, type ExpectedBuild } from '../../kaniko/build-log.ts';
import { planRerun } from '../../task/rerun-task.ts';
import { runTask } from '../../task/run-task.ts';
import type { EndedTask, TaskRequest } from '../../task/task-request.ts';
import type { World } from '../../world.ts';

/** How many tasks one build may start in all, counting those that AWS took away. */
const MOST_TASKS = 3;

/** How the task of a build is run. */
interface BuildTask {
  request: TaskRequest;
  /** What we know of the build before its log. */
  expected: ExpectedBuild;
  /** When its time is up, by the clock, in milliseconds. */
  deadline: number;
  /** True: all of kaniko's log is shown. */
  verbose: boolean;
  /** Called as soon as the task has started, with a link to its log. */
  onStarted(task: string, logs: string): void;
  /** Called once, when kaniko begins the first stage: by then it has said everything about its flags. */
  onBuilding(log: BuildLog): void;
}

/** Runs the task of a build to its end and reads its log. Where the platform and not the build ended it, another task is run. */
export async function runBuildTask(world: World, build: BuildTask): Promise<{ ended: EndedTask; log: BuildLog }> {
  let { request } = build;
  let building = false;
  for (let taskNumber = 1; ; taskNumber += 1) {
    const log = new BuildLog(build.expected, (text, before) => world.mask.hide(text, before));
    const ended = await runTask(world, request, {
      timeoutMs: Math.max(0, build.deadline - world.clock.now()),
      onLine(line) {
        const lines = log.take(line);
        if (log.building && !building) build.onBuilding(log);
        building ||= log.building;
        showLines(world, build.verbose, lines);
      },
      endSeen: () => log.expectsNoMore,
      onStarted: (task, { link }) => build.onStarted(task, link),
    });
    const rerun = taskNumber < MOST_TASKS ? planRerun(ended, request) : undefined;
    if (rerun === undefined) return { ended, log };
    world.report({ type: 'warning', text: rerun.why });
    request = rerun.request;
  }
}

/** Reports lines to the user; details only for a verbose build. */
function showLines(world: World, verbose: boolean, lines: readonly DisplayLine[]): void {
  for (const { kind, text } of lines) {
    if (verbose || kind !== 'detail') world.report({ type: 'build-line', text });
  }
}
