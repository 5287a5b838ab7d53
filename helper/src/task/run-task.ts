import type { Task } from '@aws-sdk/client-ecs';
import { shortId } from '../aws/arn.ts';
import { streamLink, taskLink } from '../ecs/console-links.ts';
import { ecsNow } from '../ecs/server-time.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { followLog } from './follow-log.ts';
import { InterruptibleSleep } from './interruptible-sleep.ts';
import { startTask } from './start-task.ts';
import { stopTask } from './stop-task.ts';
import type { EndedTask, LogLocation, TaskRequest } from './task-request.ts';
import { awaitStopped, containerOfTask, watchTask } from './watch-task.ts';

/** How a task is run. */
export interface RunTaskOptions {
  /** After so many ms the task is stopped; one that an earlier call has started, so long after that. */
  timeoutMs: number;
  /** Called with every line of its log once, in order. */
  onLine(line: string): void;
  /** True once the line that must be last has come: then no more are waited for. */
  endSeen(): boolean;
  /** Called as soon as the task has an ARN. */
  onStarted?(arn: string, log: LogLocation): void;
}

/** Lines arrive late: so long after STOPPED they are waited for; less after a timeout, which has waited enough. */
const GRACE_MS = 20_000;
const TIMEOUT_GRACE_MS = 5_000;
/** A task that has ended may take so long until it is STOPPED. */
const LEAVING_MS = 60_000;
/** With a line younger than this the task is alive. */
const LIVELY_MS = 15_000;

/**
 * Runs a task to its end, following its log. Whatever ends this (a failure, the timeout, an abort, a thrown error), the
 * task is over or has been stopped.
 * @throws Failure where the task cannot be started or followed; the signal's reason on an abort. How a task ended that
 * could be followed is never thrown: explainTask words it
 */
export async function runTask(world: World, request: TaskRequest, options: RunTaskOptions): Promise<EndedTask> {
  const { clock, report, aws } = world;
  const began = clock.now();
  const latest = began + options.timeoutMs;
  const { task: started, adopted, spot } = await startTask(world, request, latest);
  const deadline = adopted ? latest - ageOf(world, started) : latest;
  const arn = started.taskArn ?? '';
  const id = shortId(arn);
  const stream = `${request.logs.streamPrefix}/${request.container}/${id}`;
  const log = { group: request.logs.group, stream, link: streamLink(aws.region, request.logs.group, stream) };
  const task = new RunningTask(world, request, options, arn, log);
  try {
    const { cpu, memory } = request;
    report({ type: 'task-started', id, cpu, memory, spot, console: taskLink(aws.region, request.cluster, arn) });
    options.onStarted?.(arn, log);
    return await task.toTheEnd(deadline);
  } catch (error) {
    if (!task.over) await stopTask(world, request.cluster, arn, reasonOf(error));
    throw error;
  } finally {
    task.letGo();
  }
}

/** How long ago ECS made a task, in milliseconds. */
const ageOf = (world: World, { createdAt }: Task): number =>
  createdAt === undefined ? 0 : Math.max(0, ecsNow(world) - createdAt.getTime());

function reasonOf(error: unknown): string {
  if (error instanceof Failure && error.category === 'aborted') return 'the build was aborted';
  return `the build failed: ${error instanceof Error ? error.message : String(error)}`;
}

/** The watch on a task and on its log, side by side. */
class RunningTask {
  /** Nothing of it is left to be stopped. */
  over = false;
  readonly #letGo = new AbortController();
  readonly #watchAlarm = new InterruptibleSleep();
  readonly #logAlarm = new InterruptibleSleep();
  readonly #abort: () => void;
  #running = false;
  #lastLine = Number.NEGATIVE_INFINITY;
  #until: number | undefined;

  constructor(
    private readonly world: World,
    private readonly request: TaskRequest,
    private readonly options: RunTaskOptions,
    private readonly arn: string,
    private readonly log: LogLocation,
  ) {
    this.#abort = () => this.#letGo.abort(world.signal.reason);
    world.signal.addEventListener('abort', this.#abort, { once: true });
  }

  async toTheEnd(deadline: number): Promise<EndedTask> {
    const { world } = this;
    world.signal.throwIfAborted();
    const following = this.#follow();
    // Its errors count when it is awaited, not before.
    following.catch(() => {});
    const task = await this.#watch(deadline, following);
    const problem = await following;
    return this.#ended(task, problem);
  }

  /** Ends whatever still listens or reads. */
  letGo(): void {
    this.world.signal.removeEventListener('abort', this.#abort);
    this.#letGo.abort(new Error('the task is over'));
  }

  async #watch(deadline: number, following: Promise<unknown>): Promise<Task | undefined> {
    const { world, request, arn, options } = this;
    const watching = watchTask(world, {
      cluster: request.cluster,
      arn,
      container: request.container,
      deadline,
      log: () => (options.endSeen() ? 'ending' : world.clock.now() - this.#lastLine < LIVELY_MS ? 'lively' : 'silent'),
      alarm: this.#watchAlarm,
      onRunning: () => {
        this.#running = true;
        this.#logAlarm.wake();
      },
      signal: this.#letGo.signal,
    });
    // An error in reading the log ends the run at once; its mere end does not.
    const brokenOff = new Promise<never>((_resolve, reject) => following.catch(reject));
    watching.catch(() => {});
    const task = await Promise.race([watching, brokenOff]);
    if (task === undefined) {
      const minutes = Math.round(options.timeoutMs / 60_000);
      await stopTask(world, request.cluster, arn, `the timeout of ${minutes} min is over`);
    }
    this.over = true;
    if (task === undefined) this.#drain(TIMEOUT_GRACE_MS);
    else if (neverRan(task, request.container)) this.#drain(undefined);
    else if (task.lastStatus === 'STOPPED') this.#drain(GRACE_MS);
    else this.#leave().catch(() => {});
    return task;
  }

  /** Late lines are waited for `ms` from now on; where there is no log, for none. */
  #drain(ms: number | undefined): void {
    this.#until = ms === undefined ? 0 : this.world.clock.now() + ms;
    this.#logAlarm.wake();
  }

  /** All but the log's last lines is known of the task: they may be late from STOPPED on. Ends with the run. */
  async #leave(): Promise<void> {
    const { world, request, arn } = this;
    const deadline = world.clock.now() + LEAVING_MS;
    this.#drain(LEAVING_MS + GRACE_MS);
    const { signal } = this.#letGo;
    if (await awaitStopped(world, { cluster: request.cluster, arn, deadline, signal })) this.#drain(GRACE_MS);
  }

  async #follow(): Promise<string | undefined> {
    const { world, options, log } = this;
    let near = false;
    const problem = await followLog(world, {
      log,
      signal: this.#letGo.signal,
      alarm: this.#logAlarm,
      endSeen: options.endSeen,
      running: () => this.#running,
      until: () => this.#until,
      drained: world.drained,
      onSilence: () => this.#watchAlarm.wake(),
      onLine: (line) => {
        this.#lastLine = world.clock.now();
        options.onLine(line);
        if (!near && options.endSeen()) this.#watchAlarm.wake();
        near = options.endSeen();
      },
    });
    if (problem !== undefined) {
      const text = `the task's log cannot be read (${problem}); the build goes on, its log is here: ${log.link}`;
      world.report({ type: 'warning', text });
    }
    return problem;
  }

  #ended(task: Task | undefined, problem: string | undefined): EndedTask {
    const container = task && containerOfTask(task, this.request.container);
    return {
      arn: this.arn,
      id: shortId(this.arn),
      exitCode: container?.exitCode,
      stopCode: task?.stopCode ?? '',
      stoppedReason: task?.stoppedReason ?? '',
      containerReason: container?.reason ?? '',
      timedOut: task === undefined,
      createdAt: task?.createdAt?.getTime(),
      phasesMs: phases(task),
      log: { ...this.log, problem },
    };
  }
}

/** True for a container that has no log to wait for. */
function neverRan(task: Task, name: string): boolean {
  return task.startedAt === undefined && containerOfTask(task, name)?.exitCode === undefined;
}

/** How long the task was in each phase by ECS' own times; 0 where it does not tell. */
function phases(task: Task | undefined): EndedTask['phasesMs'] {
  const between = (from: Date | undefined, to: Date | undefined): number =>
    from === undefined || to === undefined ? 0 : Math.max(0, to.getTime() - from.getTime());
  return {
    provisioning: between(task?.createdAt, task?.pullStartedAt ?? task?.startedAt),
    pulling: between(task?.pullStartedAt, task?.startedAt),
    running: between(task?.startedAt, task?.executionStoppedAt ?? task?.stoppingAt ?? task?.stoppedAt),
  };
}
