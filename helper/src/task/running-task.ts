import type { Task } from '@aws-sdk/client-ecs';
import type { World } from '../world.ts';
import { endedTask } from './ended-task.ts';
import { followLog } from './follow-log.ts';
import { InterruptibleSleep } from './interruptible-sleep.ts';
import { stopTask } from './stop-task.ts';
import type { EndedTask, TaskRun } from './task-request.ts';
import { awaitStopped, containerOfTask, watchTask } from './watch-task.ts';

/** Log lines arrive late. How long we wait for them after STOPPED, and how long after a timeout. */
const GRACE_MS = 20_000;
const TIMEOUT_GRACE_MS = 5_000;
/** How long a task may take from the end of its container until ECS says STOPPED. */
const STOPPING_MS = 60_000;
/** A task with a line younger than this is alive, and need not be asked for often. */
const RECENT_LINE_MS = 15_000;

/** Watches a running task and follows its log at the same time. */
export class RunningTask {
  /** True once the task has ended or was stopped, so that nothing is left to stop. */
  isOver = false;
  readonly #released = new AbortController();
  readonly #watchPause = new InterruptibleSleep();
  readonly #logPause = new InterruptibleSleep();
  readonly #onAbort: () => void;
  #running = false;
  #lastLineAt = Number.NEGATIVE_INFINITY;
  #until: number | undefined;

  constructor(
    private readonly world: World,
    private readonly run: TaskRun,
  ) {
    this.#onAbort = () => this.#released.abort(world.signal.reason);
    world.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Waits until the task has ended and its log is read. @param deadline when to stop it, by the clock, in milliseconds */
  async untilEnd(deadline: number): Promise<EndedTask> {
    const { world } = this;
    world.signal.throwIfAborted();
    const following = this.#follow();
    // Without this Node would end the process for a rejection that we await only later.
    following.catch(() => {});
    const task = await this.#watch(deadline, following);
    const problem = await following;
    return endedTask(this.run, task, problem);
  }

  /** Ends everything that still listens or reads. */
  release(): void {
    this.world.signal.removeEventListener('abort', this.#onAbort);
    this.#released.abort(new Error('the task is over'));
  }

  async #watch(deadline: number, following: Promise<unknown>): Promise<Task | undefined> {
    const { world } = this;
    const { request, arn, options } = this.run;
    const watching = watchTask(world, {
      cluster: request.cluster,
      arn,
      container: request.container,
      deadline,
      log: () =>
        options.endSeen() ? 'ending' : world.clock.now() - this.#lastLineAt < RECENT_LINE_MS ? 'lines come' : 'silent',
      interruptible: this.#watchPause,
      onRunning: () => {
        this.#running = true;
        this.#logPause.wake();
      },
      signal: this.#released.signal,
    });
    // An error of following ends the run at once; a log that merely ends does not end it.
    const followingFailed = new Promise<never>((_resolve, reject) => following.catch(reject));
    watching.catch(() => {});
    const task = await Promise.race([watching, followingFailed]);
    if (task === undefined) {
      const minutes = Math.round(options.timeoutMs / 60_000);
      await stopTask(world, request.cluster, arn, `the timeout of ${minutes} min is over`);
    }
    this.isOver = true;
    if (task === undefined) this.#waitForLateLines(TIMEOUT_GRACE_MS);
    else if (neverRan(task, request.container)) this.#waitForLateLines(undefined);
    else if (task.lastStatus === 'STOPPED') this.#waitForLateLines(GRACE_MS);
    else this.#awaitStop().catch(() => {});
    return task;
  }

  /** Waits for late lines for `ms` from now on; undefined where there is no log to wait for. */
  #waitForLateLines(ms: number | undefined): void {
    this.#until = ms === undefined ? 0 : this.world.clock.now() + ms;
    this.#logPause.wake();
  }

  /** The container has exited but ECS does not say STOPPED yet; the grace period for late lines begins only then. */
  async #awaitStop(): Promise<void> {
    const { world } = this;
    const { request, arn } = this.run;
    const deadline = world.clock.now() + STOPPING_MS;
    this.#waitForLateLines(STOPPING_MS + GRACE_MS);
    const { signal } = this.#released;
    if (await awaitStopped(world, { cluster: request.cluster, arn, deadline, signal }))
      this.#waitForLateLines(GRACE_MS);
  }

  async #follow(): Promise<string | undefined> {
    const { world } = this;
    const { options, log } = this.run;
    let endWasSeen = false;
    const problem = await followLog(world, {
      log,
      signal: this.#released.signal,
      interruptible: this.#logPause,
      endSeen: options.endSeen,
      running: () => this.#running,
      until: () => this.#until,
      drained: world.drained,
      onSilence: () => this.#watchPause.wake(),
      onLine: (line) => {
        this.#lastLineAt = world.clock.now();
        options.onLine(line);
        if (!endWasSeen && options.endSeen()) this.#watchPause.wake();
        endWasSeen = options.endSeen();
      },
    });
    if (problem !== undefined) {
      const text = `the task's log cannot be read (${problem}); the build goes on, its log is here: ${log.link}`;
      world.report({ type: 'warning', text });
    }
    return problem;
  }
}

/** True where the container never ran, so that it has no log. */
function neverRan(task: Task, name: string): boolean {
  return task.startedAt === undefined && containerOfTask(task, name)?.exitCode === undefined;
}
