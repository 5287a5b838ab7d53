import { type Container, DescribeTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { shortId } from '../aws/arn.ts';
import { type CallOptions, withDeadline } from '../aws/deadline.ts';
import { awsErrorFacts, awsFailure, isExpired, isThrottled, isUnclear } from '../aws/errors.ts';
import { single } from '../aws/idempotency.ts';
import { Pace } from '../aws/pace.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { InterruptibleSleep } from './interruptible-sleep.ts';

/** DescribeTasks may not know a new task for a while; and how long ECS may be out of reach before we give up. */
const MISSING_MS = 60_000;
const OUTAGE_MS = 300_000;
/** An answer that takes longer than this does not come. */
const REQUEST_MS = 15_000;
/** Between polls, by a build that has ECS for itself: near the end, at first and after news, and at most. */
const SOON_MS = 1_500;
const FIRST_MS = 3_000;
const LONGEST_MS = 12_000;
/** A task whose log goes on is alive. */
const LIVELY_MS = 30_000;
const TROUBLE_MS = 10_000;
/** A task that has ended gives its network back before it is STOPPED. */
const LEAVING_MS = 4_000;

export interface WatchTaskOptions {
  cluster: string;
  arn: string;
  container: string;
  /** When to give up waiting, in the clock's milliseconds. */
  deadline: number;
  /** What the log tells: the end is near; lines come; nothing of either. */
  log(): 'ending' | 'lively' | 'silent';
  /** Rings when there is news of that kind. */
  alarm: InterruptibleSleep;
  /** Called once the container is seen to run. */
  onRunning(): void;
  signal: AbortSignal;
}

/** A state that people see a task reach: those of ECS in between tell them nothing. */
interface Milestone {
  was: string;
  now: string;
  ms: number;
}

/** What a task has reached so far, by ECS' own times where it tells them: polls may miss a short state. */
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

/** Over for us: on its way out a task keeps its network interface for some 10 s more, but all is known of it. */
const isOver = (task: Task, container: string): boolean =>
  task.lastStatus === 'STOPPED' ||
  (task.lastStatus === 'DEPROVISIONING' &&
    task.stopCode !== undefined &&
    containerOfTask(task, container)?.exitCode !== undefined);

/**
 * Polls a task until it is over, reporting its states. RunTask's own answer is the first look.
 * @returns the task at its end; undefined where its time was up before
 * @throws Failure `platform` where ECS no longer knows it, `aws` where ECS refuses or is out of reach; the signal's reason
 */
export async function watchTask(world: WatchWorld, watched: WatchTaskOptions): Promise<Task | undefined> {
  const { clock, report } = world;
  const { arn, deadline, container, signal } = watched;
  const told = new Set<string>();
  const pace = new Pace(arn);
  let lastSeen = clock.now();
  let lastAnswer = clock.now();
  let wanted = FIRST_MS;
  for (;;) {
    const pause = pace.pause(watched.log() === 'lively' ? LIVELY_MS : wanted);
    await watched.alarm.sleep(clock, Math.max(0, Math.min(pause, deadline - clock.now())), signal);
    // The alarm rings for the end of the log, or its silence.
    if (watched.log() === 'ending') wanted = Math.min(wanted, SOON_MS);
    const look = await describe(world, watched);
    const now = clock.now();
    if ('error' in look) {
      if (look.throttled) pace.throttled();
      else wanted = Math.min(wanted * 2, TROUBLE_MS);
      // Who throttles is there.
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
          if (told.has(reached) || told.has('RUNNING')) continue;
          report({ type: 'task-status', status: was, ms: Math.max(0, ms), now: reached });
          told.add(reached);
          wanted = FIRST_MS;
          if (reached === 'RUNNING') watched.onRunning();
        }
        if (isOver(look.task, container)) return look.task;
      }
    }
    if (now >= deadline) return undefined;
  }
}

/**
 * Polls a task that is on its way out until it is STOPPED: its last lines are late by that time, too.
 * @returns false where that was not seen before the deadline
 * @throws the signal's reason
 */
export async function awaitStopped(
  world: WatchWorld,
  watched: Pick<WatchTaskOptions, 'cluster' | 'arn' | 'deadline' | 'signal'>,
): Promise<boolean> {
  const { clock } = world;
  const pace = new Pace(`${watched.arn}/leaving`);
  while (clock.now() < watched.deadline) {
    await clock.sleep(pace.pause(LEAVING_MS), watched.signal);
    const look = await describe(world, watched);
    if ('error' in look) pace.throttled();
    else if (look.task === undefined || look.task.lastStatus === 'STOPPED') return true;
  }
  return false;
}

type WatchWorld = Pick<World, 'aws' | 'clock' | 'report'>;

type Look = { task: Task | undefined } | { error: unknown; throttled: boolean };

/** One look: it is repeated by who asks for it. */
async function describe(
  { clock, aws }: WatchWorld,
  { cluster, arn, signal }: Pick<WatchTaskOptions, 'cluster' | 'arn' | 'signal'>,
): Promise<Look> {
  const command = new DescribeTasksCommand({ cluster, tasks: [arn] });
  const send = (options: CallOptions) => single(command, (one) => aws.ecs.send(one, options));
  const got = await withDeadline(clock, REQUEST_MS, send, signal);
  signal.throwIfAborted();
  if ('answer' in got) return { task: got.answer.tasks?.[0] };
  const { error } = got;
  const hung = awsErrorFacts(error).code === 'AbortError';
  if (isThrottled(error) || isUnclear(error) || isExpired(error) || hung)
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
