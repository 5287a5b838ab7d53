import { Fields } from '../action-parameters.ts';
import type { JsonObject } from '../json-values.ts';
import { task as goodTask, type LogLine, type TaskRefusal, type TaskScript } from '../scripts/task-scripts.ts';
import { hexId } from './ids.ts';
import type { Logs } from './logs.ts';
import type { Place } from './place.ts';
import type { TaskDefinition } from './task-definitions.ts';

/** A task that was started, and what StopTask changed. */
export interface Task {
  id: string;
  arn: string;
  cluster: string;
  definition: TaskDefinition;
  /** Virtual time of RunTask. */
  createdAt: number;
  script: TaskScript;
  /** The input of RunTask that DescribeTasks repeats: startedBy, group, overrides, launchType and others. */
  request: JsonObject;
  stopped?: { at: number; reason: string; code: string };
  /** The index of the task. Its network interface and its address are made from it. */
  number: number;
}

/** The tasks, and the scripts of future tasks. */
export class Tasks {
  readonly all: Task[] = [];
  #started = 0;
  #scripts: (TaskScript | TaskRefusal)[] = [];

  constructor(
    private readonly place: Place,
    private readonly logs: Logs,
  ) {}

  /** The first RunTask takes the first script, and so on. All later ones take the last script. */
  script(...scripts: (TaskScript | TaskRefusal)[]): void {
    this.#scripts = scripts;
  }

  /** The script of the next RunTask. Default: a task that runs well. */
  take(): TaskScript | TaskRefusal {
    const next = this.#scripts.length > 1 ? this.#scripts.shift() : this.#scripts[0];
    return next ?? goodTask();
  }

  /** Starts a task now or later. Its log lines go to CloudWatch with the times of its script. */
  start(
    cluster: string,
    definition: TaskDefinition,
    script: TaskScript,
    request: JsonObject,
    createdAt = this.place.clock.now(),
  ): Task {
    const number = ++this.#started;
    const id = hexId('task', cluster, number);
    const arn = `arn:aws:ecs:${this.place.region}:${this.place.account}:task/${cluster}/${id}`;
    const task: Task = { id, arn, cluster, definition, createdAt, script, request, number };
    this.all.push(task);
    const streams = logStreams(task);
    for (const line of script.lines ?? []) this.#print(task, streams, line);
    return task;
  }

  /** By id or ARN. */
  find(cluster: string, idOrArn: string): Task | undefined {
    const id = idOrArn.replace(/^.*\//, '');
    return this.all.find((task) => task.cluster === cluster && task.id === id);
  }

  /** Stops a task. A line that was not printed before `at` is never printed. A second stop changes nothing. */
  stop(task: Task, reason: string, at = this.place.clock.now(), code = 'UserInitiated'): void {
    if (task.stopped) return;
    task.stopped = { at, reason, code };
    for (const { group, stream } of logStreams(task)) this.logs.cut(group, stream, at);
  }

  /** Cancels the tasks that would have started later. */
  cancel(tasks: readonly Task[]): void {
    for (const task of tasks) {
      this.all.splice(this.all.indexOf(task), 1);
      for (const { group, stream } of logStreams(task)) this.logs.cut(group, stream, Number.NEGATIVE_INFINITY);
    }
  }

  #print(task: Task, streams: ReturnType<typeof logStreams>, line: LogLine): void {
    const target = streams.find((one) => one.container === line.container) ?? streams[0];
    if (!target) return;
    this.logs.put(target.group, target.stream, {
      visibleAt: task.createdAt + line.at,
      timestamp: task.createdAt + (line.printedAt ?? line.at),
      message: line.text,
    });
  }
}

/** Where a task's containers log to: `prefix/container/task-id`, from its definition's awslogs options. */
export function logStreams(task: Task): { container: string; group: string; stream: string }[] {
  return new Fields(task.definition.content).objects('containerDefinitions').flatMap((one) => {
    const container = one.need('name');
    const options = one.object('logConfiguration').object('options');
    const [group, prefix] = [options.text('awslogs-group'), options.text('awslogs-stream-prefix')];
    return group && prefix ? [{ container, group, stream: `${prefix}/${container}/${task.id}` }] : [];
  });
}
