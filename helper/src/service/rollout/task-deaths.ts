import type { Task } from '@aws-sdk/client-ecs';
import { awsErrorFacts, awsFailure } from '../../aws/errors.ts';
import type { World } from '../../world.ts';
import { isApiUnavailable, isServiceGone, type ServiceName } from '../read-service.ts';
import { type Definition, sameRevision } from '../revision.ts';
import { deadContainer, explainDeath, type TaskDeath } from './explain-death.ts';
import type { OurDeployment } from './our-deployment.ts';
import { describeTasks, listTasks } from './read-tasks.ts';
import { lastLogLines } from './task-log.ts';

/** How many dead tasks are reported with their last lines: a service that crashes makes hundreds. */
const MAX_REPORTED = 3;
/** How often a task's log is looked for: the log driver sends lines in batches, some seconds late. */
const MAX_LOG_LOOKS = 2;
/** In `#looks`: this task is dealt with. */
const DONE = Number.POSITIVE_INFINITY;
/** Stop codes of tasks that Spot, AWS or a person took away: they did not die of themselves. */
const TAKEN_AWAY = /^(SpotInterruption|TerminationNotice|UserInitiated)$/;

/** Collects the tasks of a rollout as they die. Later would be too late: ECS forgets them, and a rollback replaces them. */
export class TaskDeaths {
  /** Dead tasks whose log was read, or is waited for no longer. */
  readonly explained: TaskDeath[] = [];
  /** The number of all dead tasks. */
  count = 0;
  /** The number of those that were not taken away by Spot, AWS or a person. */
  crashes = 0;
  #isDenied = false;
  #hasEarlier = false;
  /** Task ARN -> how often its log was looked for. */
  readonly #looks = new Map<string, number>();

  constructor(
    private readonly world: World,
    readonly definition: Definition,
  ) {}

  /** Marks the tasks that are dead before our call as dealt with. For an update that adds tasks to an old deployment. */
  async ignoreEarlier(name: ServiceName): Promise<void> {
    try {
      for (const arn of await listTasks(this.world, name, 'STOPPED')) this.#looks.set(arn, DONE);
      this.#hasEarlier = true;
    } catch (error) {
      // The first look reports it if tasks cannot be listed.
      this.world.signal.throwIfAborted();
      this.world.report({ type: 'detail', text: `no news of earlier tasks: ${awsErrorFacts(error).message}` });
    }
  }

  /**
   * Looks for tasks that died since the last look, and reports them.
   * @param isLast the rollout has ended, so late log lines are not waited for
   */
  async collect(ours: OurDeployment, isLast = false): Promise<void> {
    if (this.#isDenied) return;
    let stopped: Task[];
    try {
      stopped = await this.#readStopped(ours);
    } catch (error) {
      if (isServiceGone(error)) return;
      if (!isApiUnavailable(error)) throw awsFailure(error, `read which tasks of the service ${ours.service} died`);
      this.#isDenied = true;
      this.world.report({ type: 'warning', text: `no news of tasks that die: ${awsErrorFacts(error).message}` });
      return;
    }
    // We did not start this rollout, so tasks that died before our first look say nothing about it.
    if (!ours.started && !this.#hasEarlier) for (const task of stopped) this.#looks.set(task.taskArn ?? '', DONE);
    this.#hasEarlier = true;
    for (const task of stopped) {
      if (this.#looks.get(task.taskArn ?? '') === DONE) continue;
      if (task.lastStatus === 'STOPPED' || isLast) await this.#lookAt(task, isLast);
    }
  }

  async #lookAt(task: Task, isLast: boolean): Promise<void> {
    const arn = task.taskArn ?? '';
    const looks = this.#looks.get(arn) ?? 0;
    if (looks === 0) this.count++;
    if (looks === 0 && !TAKEN_AWAY.test(task.stopCode ?? '')) this.crashes++;
    const isReported = this.explained.length < MAX_REPORTED;
    const lines = isReported ? await lastLogLines(this.world, this.definition, task) : [];
    const mayComeLate = isReported && lines.length === 0 && deadContainer(task)?.exitCode !== undefined;
    this.#looks.set(arn, looks + 1);
    if (mayComeLate && looks < MAX_LOG_LOOKS && !isLast) return;
    this.#looks.set(arn, DONE);
    this.#add({ ...explainDeath(task), lines });
  }

  #add(death: TaskDeath): void {
    this.explained.push(death);
    if (this.explained.length <= MAX_REPORTED) {
      this.world.report({ type: 'task-died', id: death.id, why: death.why, lines: death.lines });
    }
  }

  /** The stopped tasks of our deployment that are not dealt with yet. */
  async #readStopped(ours: OurDeployment): Promise<Task[]> {
    const arns = await listTasks(this.world, ours, 'STOPPED');
    const open = arns.filter((arn) => this.#looks.get(arn) !== DONE);
    const tasks = await describeTasks(this.world, ours, open);
    for (const task of tasks) if (!isOurDeath(task, ours)) this.#looks.set(task.taskArn ?? '', DONE);
    return tasks.filter((task) => isOurDeath(task, ours));
  }
}

/** True for a task of our deployment that the scheduler did not stop on purpose. */
function isOurDeath(task: Task, ours: OurDeployment): boolean {
  // The first wording is ECS' own, the others are those of stand-ins for ECS.
  if (/^(Scaling activity initiated by|Service scaling down|Deployment completed)/.test(task.stoppedReason ?? ''))
    return false;
  if (ours.id !== undefined && task.startedBy?.startsWith('ecs-svc/')) return task.startedBy === ours.id;
  // Stand-ins write the service's name into startedBy, so the revision and the time must tell.
  const isLater = (task.createdAt?.getTime() ?? 0) >= (ours.createdAt?.getTime() ?? 0);
  return isLater && sameRevision(task.taskDefinitionArn, ours.taskDefinition);
}
