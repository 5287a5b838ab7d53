import { type Container, DescribeTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { shortId } from '../aws/arn.ts';
import { type CallOptions, withDeadline } from '../aws/deadline.ts';
import { awsErrorFacts, awsFailure, isAuthenticationRefused, isThrottled, isUnclear } from '../aws/errors.ts';
import { singleAttempt } from '../aws/idempotency.ts';
import { Pace } from '../aws/pace.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { InterruptibleSleep } from './interruptible-sleep.ts';

/** DescribeTasks may not know a new task for a while. */
const MISSING_MS = 60_000;
/** How long ECS may be out of reach before we give up. */
const OUTAGE_MS = 300_000;
/** An answer that takes longer than this will not come. */
const REQUEST_MS = 15_000;
/** The pause between polls once the log has ended, as long as ECS does not throttle. */
const NEAR_END_MS = 1_500;
/** The pause at first, and after each new state. */
const FIRST_MS = 3_000;
/** The longest pause. */
const LONGEST_MS = 12_000;
/** While lines come, the task is alive and needs few polls. */
const LINES_COME_MS = 30_000;
const TROUBLE_MS = 10_000;
/** Pause between polls while a task that has ended releases its network interface, before ECS says STOPPED. */
const STOPPING_PAUSE_MS = 4_000;

interface WatchTaskOptions {
  cluster: string;
  arn: string;
  container: string;
  /** When to stop waiting, by the clock, in milliseconds. */
  deadline: number;
  /** What the log says: its last line has come; lines come; neither. */
  log(): 'ending' | 'lines come' | 'silent';
  /** Woken when what the log says changes. */
  interruptible: InterruptibleSleep;
  /** Called once, as soon as ECS says that the container runs. */
  onRunning(): void;
  signal: AbortSignal;
}

/** A state of a task that is worth reporting; ECS has more states in between. */
interface Milestone {
  was: string;
  now: string;
  ms: number;
}

/** The states that a task has reached so far. ECS' times are used where it gives them, because a poll may miss a short state. */
function milestones(task: Task, now: number): Milestone[] {
  const created = task.createdAt?.getTime() ?? now;
  const pulling = task.pullStartedAt?.getTime();
  const running = task.startedAt?.getTime() ?? (task.lastStatus === 'RUNNING' ? now : undefined);
  const reached: Milestone[] = [];
  if (pulling !== undefined) reached.push({ was: 'PROVISIONING', now: 'PULLING', ms: pulling - created });
  if (running !== undefined) {
    const was = pulling === undefined ? 'PROVISIONING' : 'PULLING';
    reached.push({ was, now: 'RUNNING', ms: running - (pulling ?? created) });
  }
  return reached;
}

/** The container of a task by its name. */
export const containerOfTask = (task: Task, name: string): Container | undefined =>
  task.containers?.find((one) => one.name === name);

/** True once nothing new can be learnt: a task that is DEPROVISIONING has its exit code, and releases its network for 10 s more. */
const isEnded = (task: Task, container: string): boolean =>
  task.lastStatus === 'STOPPED' ||
  (task.lastStatus === 'DEPROVISIONING' &&
    task.stopCode !== undefined &&
    containerOfTask(task, container)?.exitCode !== undefined);

/**
 * Polls a task until it has ended, and reports its states. It begins with a pause, because RunTask's answer was the first look.
 * @returns the task at its end; undefined where its time was up before
 * @throws Failure `platform` where ECS no longer knows it, `aws` where ECS refuses or is out of reach; the signal's reason
 */
export async function watchTask(world: WatchWorld, watched: WatchTaskOptions): Promise<Task | undefined> {
  const { clock, report } = world;
  const { arn, deadline, container, signal } = watched;
  const reported = new Set<string>();
  const pace = new Pace(arn);
  let lastSeen = clock.now();
  let lastAnswer = clock.now();
  let wanted = FIRST_MS;
  for (;;) {
    const pause = pace.pause(watched.log() === 'lines come' ? LINES_COME_MS : wanted);
    await watched.interruptible.sleep(clock, Math.max(0, Math.min(pause, deadline - clock.now())), signal);
    // Following the log ends the pause early for the log's last line, or when no lines come any more.
    if (watched.log() === 'ending') wanted = Math.min(wanted, NEAR_END_MS);
    const look = await describe(world, watched);
    const now = clock.now();
    if ('error' in look) {
      if (look.throttled) pace.throttled();
      else wanted = Math.min(wanted * 2, TROUBLE_MS);
      // ECS that throttles is not out of reach.
      if (look.throttled) lastAnswer = now;
      if (now - lastAnswer > OUTAGE_MS) throw unanswered(look.error, arn);
    } else {
      pace.answered();
      lastAnswer = now;
      wanted = Math.min(wanted * 1.3, LONGEST_MS);
      if (look.task === undefined) {
        if (now - lastSeen > MISSING_MS) throw gone(arn);
      } else {
        lastSeen = now;
        for (const { was, now: reached, ms } of milestones(look.task, now)) {
          if (reported.has(reached) || reported.has('RUNNING')) continue;
          report({ type: 'task-status', status: was, ms: Math.max(0, ms), now: reached });
          reported.add(reached);
          wanted = FIRST_MS;
          if (reached === 'RUNNING') watched.onRunning();
        }
        if (isEnded(look.task, container)) return look.task;
      }
    }
    if (now >= deadline) return undefined;
  }
}

/**
 * Polls a task whose container has exited until ECS says STOPPED.
 * @returns false where it did not before the deadline
 * @throws the signal's reason
 */
export async function awaitStopped(
  world: WatchWorld,
  watched: Pick<WatchTaskOptions, 'cluster' | 'arn' | 'deadline' | 'signal'>,
): Promise<boolean> {
  const { clock } = world;
  const pace = new Pace(`${watched.arn}/leaving`);
  while (clock.now() < watched.deadline) {
    await clock.sleep(pace.pause(STOPPING_PAUSE_MS), watched.signal);
    const look = await describe(world, watched);
    if ('error' in look) pace.throttled();
    else if (look.task === undefined || look.task.lastStatus === 'STOPPED') return true;
  }
  return false;
}

type WatchWorld = Pick<World, 'aws' | 'clock' | 'report'>;

type TaskLook = { task: Task | undefined } | { error: unknown; throttled: boolean };

/** One DescribeTasks call; the caller repeats it. */
async function describe(
  { clock, aws }: WatchWorld,
  { cluster, arn, signal }: Pick<WatchTaskOptions, 'cluster' | 'arn' | 'signal'>,
): Promise<TaskLook> {
  const command = new DescribeTasksCommand({ cluster, tasks: [arn] });
  const send = (options: CallOptions) => singleAttempt(command, (one) => aws.ecs.send(one, options));
  const got = await withDeadline(clock, REQUEST_MS, send, signal);
  signal.throwIfAborted();
  if ('answer' in got) return { task: got.answer.tasks?.[0] };
  const { error } = got;
  const hung = awsErrorFacts(error).code === 'AbortError';
  if (isThrottled(error) || isUnclear(error) || isAuthenticationRefused(error) || hung)
    return { error, throttled: isThrottled(error) };
  throw unanswered(error, arn);
}

const unanswered = (error: unknown, arn: string): Failure =>
  awsFailure(error, `ask ECS about the task ${shortId(arn)} (ecs:DescribeTasks)`);

function gone(arn: string): Failure {
  return new Failure('platform', `ECS does not know the task ${shortId(arn)} any more`, {
    hint: 'run it again; somebody may have deleted the cluster',
    evidence: [`DescribeTasks: MISSING ${arn} for ${MISSING_MS / 1000} s`],
  });
}
