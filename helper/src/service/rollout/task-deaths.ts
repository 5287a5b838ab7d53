import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Container, Task } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { awsErrorFacts, awsFailure } from '../../aws/errors.ts';
import { hideSecrets } from '../../aws/secret-references.ts';
import type { World } from '../../world.ts';
import { isApiUnavailable, isServiceGone, type ServiceName } from '../read-service.ts';
import { type Definition, sameRevision } from '../revision.ts';
import type { OurDeployment } from './our-deployment.ts';
import { describeTasks, listTasks } from './read-tasks.ts';

/** A task of the rollout that died. */
export interface TaskDeath {
  id: string;
  /** One line: stop code, reason, exit code. */
  why: string;
  /** The last lines of its log; empty where there are none. */
  lines: readonly string[];
  exitCode: number | undefined;
  /** ECS' own words, for finding the hint. */
  text: string;
}

/** Lines shown of a dead task's log. */
const LINES = 12;
/** Tasks that are told of in full; a crashing service makes hundreds. */
const TOLD = 3;
/** Looks that a task's log is waited for: the driver sends in batches, some seconds late. */
const LATE_LOOKS = 2;
/** Stop codes of tasks that somebody took away. */
const TAKEN = /^(SpotInterruption|TerminationNotice|UserInitiated)$/;

/** Collects the tasks of a rollout as they die: ECS forgets them after an hour, and rollbacks hide them. */
export class TaskDeaths {
  /** Those whose log has been read, or is waited for no more. */
  readonly found: TaskDeath[] = [];
  /** All of them. */
  count = 0;
  /** Those that died of themselves: neither Spot nor a person took them away. */
  crashes = 0;
  #refused = false;
  #known = false;
  readonly #seen = new Map<string, number>();

  constructor(
    private readonly world: World,
    readonly definition: Definition,
  ) {}

  /** Takes note of the tasks that died before our call, where it starts more tasks of a deployment that has died before. */
  async noteEarlier(name: ServiceName): Promise<void> {
    try {
      for (const arn of await listTasks(this.world, name, 'STOPPED')) this.#seen.set(arn, Number.POSITIVE_INFINITY);
      this.#known = true;
    } catch (error) {
      // Where tasks cannot be listed, that is told by the first look.
      this.world.signal.throwIfAborted();
      this.world.report({ type: 'detail', text: `no news of earlier tasks: ${awsErrorFacts(error).message}` });
    }
  }

  /**
   * Looks for tasks that died since the last look and reports the new ones.
   * @param last the rollout has ended: nothing more is waited for
   */
  async collect(ours: OurDeployment, last = false): Promise<void> {
    if (this.#refused) return;
    let stopped: Task[];
    try {
      stopped = await this.#stopped(ours);
    } catch (error) {
      if (isServiceGone(error)) return;
      if (!isApiUnavailable(error)) throw awsFailure(error, `read which tasks of the service ${ours.service} died`);
      this.#refused = true;
      this.world.report({ type: 'warning', text: `no news of tasks that die: ${awsErrorFacts(error).message}` });
      return;
    }
    // What only is watched may have had deaths long before: they say nothing of what was asked for now.
    if (!ours.started && !this.#known)
      for (const task of stopped) this.#seen.set(task.taskArn ?? '', Number.POSITIVE_INFINITY);
    this.#known = true;
    for (const task of stopped) {
      if (this.#seen.get(task.taskArn ?? '') === Number.POSITIVE_INFINITY) continue;
      const arn = task.taskArn ?? '';
      const looks = this.#seen.get(arn) ?? 0;
      if (task.lastStatus !== 'STOPPED' && !last) continue;
      if (looks === 0) this.count++;
      if (looks === 0 && !TAKEN.test(task.stopCode ?? '')) this.crashes++;
      const wanted = this.found.length < TOLD;
      const lines = wanted ? await this.#lastLines(task) : [];
      const late = wanted && lines.length === 0 && deadContainer(task)?.exitCode !== undefined;
      this.#seen.set(arn, looks + 1);
      if (late && looks < LATE_LOOKS && !last) continue;
      this.#seen.set(arn, Number.POSITIVE_INFINITY);
      this.#tell({ ...explainDeath(task), lines });
    }
  }

  #tell(death: TaskDeath): void {
    this.found.push(death);
    if (this.found.length <= TOLD) {
      this.world.report({ type: 'task-died', id: death.id, why: death.why, lines: death.lines });
    }
  }

  /** Tasks of our deployment that stopped and are not told of yet. */
  async #stopped(ours: OurDeployment): Promise<Task[]> {
    const arns = await listTasks(this.world, ours, 'STOPPED');
    const unknown = arns.filter((arn) => this.#seen.get(arn) !== Number.POSITIVE_INFINITY);
    const tasks = await describeTasks(this.world, ours, unknown);
    for (const task of tasks) if (!isOurs(task, ours)) this.#seen.set(task.taskArn ?? '', Number.POSITIVE_INFINITY);
    return tasks.filter((task) => isOurs(task, ours));
  }

  /** What a container was given, it may have printed. Most may not read it here: then its lines show as they are. */
  async #hide(secrets: readonly string[]): Promise<void> {
    const unread = await hideSecrets(this.world, secrets);
    if (unread.length > 0)
      this.world.report({
        type: 'detail',
        text: `not hidden in its log, for it may not be read: ${unread.join(', ')}`,
      });
  }

  async #lastLines(task: Task): Promise<string[]> {
    const name = deadContainer(task)?.name;
    const container = this.definition.containerDefinitions?.find((one) => one.name === name);
    const log = container?.logConfiguration?.options;
    const group = log?.['awslogs-group'];
    const prefix = log?.['awslogs-stream-prefix'];
    if (!group || !prefix || task.taskArn === undefined) return [];
    try {
      const page = await this.world.aws.logs.send(
        new GetLogEventsCommand({
          logGroupName: group,
          logStreamName: `${prefix}/${name}/${shortId(task.taskArn)}`,
          startFromHead: false,
          limit: LINES,
        }),
        { abortSignal: this.world.signal },
      );
      const lines = (page.events ?? []).map((event) => (event.message ?? '').trimEnd()).slice(-LINES);
      if (lines.length > 0) await this.#hide((container?.secrets ?? []).flatMap(({ valueFrom }) => valueFrom ?? []));
      return lines;
    } catch (error) {
      this.world.signal.throwIfAborted();
      // No stream before the first line; and without the right to read it, the reason alone must do.
      this.world.report({ type: 'detail', text: `no log of task ${shortId(task.taskArn)}: ${String(error)}` });
      return [];
    }
  }
}

/** Of our deployment, and not merely taken away by the scheduler. */
function isOurs(task: Task, ours: OurDeployment): boolean {
  // The others are a stand-in's wording.
  if (/^(Scaling activity initiated by|Service scaling down|Deployment completed)/.test(task.stoppedReason ?? ''))
    return false;
  if (ours.id !== undefined && task.startedBy?.startsWith('ecs-svc/')) return task.startedBy === ours.id;
  // Stand-ins name the service there instead.
  const later = (task.createdAt?.getTime() ?? 0) >= (ours.createdAt?.getTime() ?? 0);
  return later && sameRevision(task.taskDefinitionArn, ours.taskDefinition);
}

/** The container that brought the task down: one that failed, else one that ended, else the first. */
function deadContainer(task: Task): Container | undefined {
  const containers = task.containers ?? [];
  return (
    containers.find((container) => (container.exitCode ?? 0) !== 0) ??
    containers.find((container) => container.reason !== undefined) ??
    containers.find((container) => container.exitCode !== undefined) ??
    containers[0]
  );
}

/** Why a task died, from what ECS says of it. A missing exit code means that the container never ran. */
export function explainDeath(task: Task): Omit<TaskDeath, 'lines'> {
  const container = deadContainer(task);
  const exitCode = container?.exitCode;
  const parts = [
    container?.reason ?? '',
    exitCode === undefined ? '' : `container ${container?.name ?? '?'} exited with ${exitCode}`,
    task.stoppedReason ?? '',
  ];
  const told = parts.filter((part, index) => part !== '' && parts.indexOf(part) === index);
  const why = told.join('; ') || task.stopCode || 'ECS gives no reason';
  const text = [task.stopCode ?? '', ...told].join(' ');
  return { id: shortId(task.taskArn ?? ''), why, exitCode, text };
}
