import { BuildLog, type DisplayLine, type ExpectedBuild } from '../../kaniko/build-log.ts';
import { planRerun } from '../../task/rerun-task.ts';
import { runTask } from '../../task/run-task.ts';
import type { EndedTask, TaskRequest } from '../../task/task-request.ts';
import type { World } from '../../world.ts';

/** So often a build whose task the platform took away gets another. */
const MOST_TASKS = 3;

/** How a build's task is run. */
export interface BuildTask {
  request: TaskRequest;
  known: ExpectedBuild;
  /** When its time is up, in the clock's milliseconds. */
  deadline: number;
  /** Show all of kaniko's log. */
  verbose: boolean;
  /** Called as soon as there is a task, with the link to its log. */
  onStarted(task: string, logs: string): void;
  /** Called when kaniko begins with the first stage, once: all that it says of itself is known then. */
  onBuilding(log: BuildLog): void;
}

/** Runs the task of a build to its end, reading its log; again where the platform, and not the build, ended it. */
export async function runBuildTask(world: World, build: BuildTask): Promise<{ ended: EndedTask; log: BuildLog }> {
  let { request } = build;
  let building = false;
  for (let count = 1; ; count += 1) {
    const log = new BuildLog(build.known, (text, before) => world.mask.hide(text, before));
    const ended = await runTask(world, request, {
      timeoutMs: Math.max(0, build.deadline - world.clock.now()),
      onLine(line) {
        const shown = log.take(line);
        if (log.building && !building) build.onBuilding(log);
        building ||= log.building;
        show(world, build.verbose, shown);
      },
      endSeen: () => log.expectsNoMore,
      onStarted: (task, { link }) => build.onStarted(task, link),
    });
    const another = count < MOST_TASKS ? planRerun(ended, request) : undefined;
    if (another === undefined) return { ended, log };
    world.report({ type: 'warning', text: another.why });
    request = another.request;
  }
}

/** What a person sees of a line: all of it when asked for, else what matters. */
function show(world: World, verbose: boolean, shown: readonly DisplayLine[]): void {
  for (const { kind, text } of shown) {
    if (verbose || kind !== 'detail') world.report({ type: 'build-line', text });
  }
}
