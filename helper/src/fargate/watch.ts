import { type Container, DescribeTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { awsFailure, isThrottled, isUnclear } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { shortId } from './links.ts';
import { type Alarm, spread } from './waiting.ts';

/** DescribeTasks may not know a new task for a while; and how long ECS may be out of reach before we give up. */
const MISSING_MS = 60_000;
const OUTAGE_MS = 300_000;
/** Between polls: all builds of an account share 20 a second. */
const SOON_MS = 1_500;
const FIRST_MS = 3_000;
const LONGEST_MS = 10_000;
const THROTTLED_MS = 30_000;

export interface Watched {
  cluster: string;
  arn: string;
  container: string;
  /** When to give up waiting, in the clock's milliseconds. */
  deadline: number;
  /** True once the log has said that the end is near. */
  hurry(): boolean;
  /** Rings when that turns true. */
  alarm: Alarm;
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
export const containerOf = (task: Task, name: string): Container | undefined =>
  task.containers?.find((one) => one.name === name);

/** Over for us: on its way out a task keeps its network interface for some 10 s more, but all is known of it. */
const isOver = (task: Task, container: string): boolean =>
  task.lastStatus === 'STOPPED' ||
  (task.lastStatus === 'DEPROVISIONING' &&
    task.stopCode !== undefined &&
    containerOf(task, container)?.exitCode !== undefined);

/**
 * Polls a task until it is over, reporting its states.
 * @returns the task at its end; undefined where its time was up before
 * @throws Failure `platform` where ECS no longer knows it, `aws` where ECS refuses or is out of reach; the signal's reason
 */
export async function watchTask(world: WatchWorld, watched: Watched): Promise<Task | undefined> {
  const { clock, report } = world;
  const { arn, deadline, container, signal } = watched;
  const told = new Set<string>();
  let lastSeen = clock.now();
  let lastAnswer = clock.now();
  let pause = FIRST_MS;
  for (let poll = 1; ; poll += 1) {
    const look = await describe(world, watched);
    const now = clock.now();
    if ('error' in look) {
      if (now - lastAnswer > OUTAGE_MS)
        throw awsFailure(look.error, `ask ECS about the task ${shortId(arn)} (ecs:DescribeTasks)`);
      pause = Math.min(pause * 2, THROTTLED_MS);
    } else if (look.task === undefined) {
      lastAnswer = now;
      if (now - lastSeen > MISSING_MS) throw gone(arn);
    } else {
      lastAnswer = now;
      lastSeen = now;
      for (const { was, now: reached, ms } of milestones(look.task, now)) {
        if (told.has(reached) || told.has('RUNNING')) continue;
        report({ type: 'task-status', status: was, ms: Math.max(0, ms), now: reached });
        told.add(reached);
        pause = FIRST_MS;
      }
      if (isOver(look.task, container)) return look.task;
    }
    if (now >= deadline) return undefined;
    const jittered = (watched.hurry() ? SOON_MS : pause) * (0.75 + spread(`${arn}/${poll}`) / 2);
    await watched.alarm.sleep(clock, Math.min(jittered, deadline - now), signal);
    pause = Math.min(pause * 1.3, Math.max(pause, LONGEST_MS));
  }
}

type WatchWorld = Pick<World, 'aws' | 'clock' | 'report'>;

type Look = { task: Task | undefined } | { error: unknown };

async function describe(world: WatchWorld, { cluster, arn, signal }: Watched): Promise<Look> {
  try {
    const command = new DescribeTasksCommand({ cluster, tasks: [arn] });
    const { tasks } = await world.aws.ecs.send(command, { abortSignal: signal });
    return { task: tasks?.[0] };
  } catch (error) {
    signal.throwIfAborted();
    if (isThrottled(error) || isUnclear(error)) return { error };
    throw awsFailure(error, `ask ECS about the task ${shortId(arn)} (ecs:DescribeTasks)`);
  }
}

function gone(arn: string): Failure {
  return new Failure('platform', `ECS does not know the task ${shortId(arn)} any more`, {
    hint: 'run it again; somebody may have deleted the cluster',
    evidence: [`DescribeTasks: MISSING ${arn} for ${MISSING_MS / 1000} s`],
  });
}
