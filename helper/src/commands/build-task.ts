import { again } from '../fargate/again.ts';
import { runTask } from '../fargate/run.ts';
import type { EndedTask, TaskRequest } from '../fargate/task.ts';
import { BuildLog, type Expected, type Shown } from '../kaniko/log.ts';
import type { World } from '../world.ts';

/** So often a build whose task the platform took away gets another. */
const MOST_TASKS = 3;

/** How a build's task is run. */
export interface BuildTask {
  request: TaskRequest;
  expected: Expected;
  /** When its time is up, in the clock's milliseconds. */
  deadline: number;
  /** Show all of kaniko's log. */
  verbose: boolean;
  /** Called as soon as there is a task, with the link to its log. */
  onStarted(task: string, logs: string): void;
}

/** Runs the task of a build to its end, reading its log; again where the platform, and not the build, ended it. */
export async function runBuildTask(world: World, build: BuildTask): Promise<{ ended: EndedTask; log: BuildLog }> {
  let { request } = build;
  for (let count = 1; ; count += 1) {
    const log = new BuildLog(build.expected, (text, before) => world.mask.hide(text, before));
    const ended = await runTask(world, request, {
      timeoutMs: Math.max(0, build.deadline - world.clock.now()),
      onLine: (line) => show(world, build.verbose, log.take(line)),
      endSeen: () => log.expectsNoMore,
      onStarted: (task, { link }) => build.onStarted(task, link),
    });
    const another = count < MOST_TASKS ? again(ended, request) : undefined;
    if (another === undefined) return { ended, log };
    world.report({ type: 'warning', text: another.why });
    request = another.request;
  }
}

/** What a person sees of a line: all of it when asked for, else what matters. */
function show(world: World, verbose: boolean, shown: readonly Shown[]): void {
  for (const { kind, text } of shown) {
    if (verbose || kind !== 'detail') world.report({ type: 'build-line', text });
  }
}
