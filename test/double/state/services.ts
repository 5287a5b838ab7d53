import { Fields } from '../action-parameters.ts';
import { AwsError, client, invalid } from '../errors.ts';
import { type JsonObject, without } from '../json-values.ts';
import { type RolloutScript, runsUntilStopped, succeeds } from '../scripts/rollout-scripts.ts';
import { hexId, uuid } from './ids.ts';
import type { Place } from './place.ts';
import { isEnd, isRollback, type Rollout, reached, rolloutAt } from './rollouts.ts';
import type { TaskDefinition, TaskDefinitions } from './task-definitions.ts';
import { stepAt } from './task-view.ts';
import type { Task, Tasks } from './tasks.ts';

/** A service with all its rollouts, oldest first. */
export interface Service {
  name: string;
  arn: string;
  cluster: string;
  createdAt: number;
  desiredCount: number;
  /** networkConfiguration, loadBalancers, deploymentConfiguration and others, as they were given. */
  settings: JsonObject;
  tags: JsonObject[];
  rollouts: Rollout[];
  events: { at: number; id: string; message: string }[];
  /** When DeleteService was called. */
  deletedAt?: number;
  clientToken?: string | undefined;
  /** A raise of the count after the end of the last rollout: the count before it, and the tasks that were started for it. */
  scaling?: { from: number; tasks: Task[] } | undefined;
}

/** What services need of the rest of ECS. */
interface ClusterParts {
  readonly tasks: Tasks;
  readonly taskDefinitions: TaskDefinitions;
  /** The name of a cluster. Throws ClusterNotFoundException. */
  cluster(nameOrArn: string | undefined): string;
}

/** The services, and the scripts of future rollouts. */
export class Services {
  /** False if client tokens are not remembered, as some stand-ins for AWS do not. */
  knowsTokens = true;
  readonly all: Service[] = [];
  #scripts: RolloutScript[] = [];
  #scaleScripts: NonNullable<RolloutScript['tasks']>[] = [];
  #made = 0;

  constructor(
    private readonly place: Place,
    private readonly ecs: ClusterParts,
  ) {}

  /** The first rollout takes the first script, and so on. All later ones take the last script. */
  script(...scripts: RolloutScript[]): void {
    this.#scripts = scripts;
  }

  /** The tasks that each raise of the count starts. Times are in ms since UpdateService. Without a script all tasks stay up. */
  scaleScript(...tasks: NonNullable<RolloutScript['tasks']>[]): void {
    this.#scaleScripts = tasks;
  }

  /** Sets the count. If no rollout is under way, tasks start or stop for it, and no deployment shows that. */
  scale(service: Service, count: number): void {
    const was = service.desiredCount;
    const now = this.place.clock.now();
    service.desiredCount = count;
    const rollout = service.rollouts.at(-1);
    if (rollout === undefined || rolloutAt(rollout, now).status !== 'SUCCESSFUL' || count === was) return;
    const running = (task: Task) => stepAt(task, now)?.stopCode === undefined;
    if (count < was) {
      for (const task of rollout.tasks.filter(running).slice(count)) {
        const reason = `Scaling activity initiated by (deployment ${rollout.id})`;
        this.ecs.tasks.stop(task, reason, now, 'ServiceSchedulerInitiated');
      }
      if (service.scaling) service.scaling.from = Math.min(service.scaling.from, count);
      return;
    }
    service.scaling ??= { from: was, tasks: [] };
    const more = Array.from({ length: count - was }, () => ({ at: 0, script: runsUntilStopped }));
    for (const { at, script } of this.#scaleScripts.shift() ?? more) {
      const request = { startedBy: rollout.id, group: `service:${service.name}`, launchType: 'FARGATE' };
      const task = this.ecs.tasks.start(service.cluster, rollout.definition, script, request, now + at);
      rollout.tasks.push(task);
      service.scaling.tasks.push(task);
    }
  }

  /** Makes a service that has run for a day, from the input of CreateService. It needs no script. */
  seed(input: JsonObject): Service {
    const fields = new Fields(input);
    const settings = without(input, 'serviceName', 'taskDefinition', 'cluster', 'desiredCount');
    const definition = this.ecs.taskDefinitions.find(fields.need('taskDefinition'));
    if (!definition) throw client('TaskDefinition not found.');
    const createdAt = this.place.clock.now() - 86_400_000;
    const service = this.add(
      this.ecs.cluster(fields.text('cluster')),
      fields.need('serviceName'),
      fields.number('desiredCount') ?? 1,
      settings,
    );
    const rollout = this.rollOut(
      service,
      definition,
      succeeds({
        after: 60_000,
        tasks: service.desiredCount === 0 ? [] : [{ at: 0, script: runsUntilStopped }],
      }),
      createdAt,
    );
    service.createdAt = rollout.createdAt;
    return service;
  }

  add(cluster: string, name: string, desiredCount: number, settings: JsonObject): Service {
    const arn = this.arn('service', `${cluster}/${name}`);
    const service = {
      name,
      arn,
      cluster,
      createdAt: this.place.clock.now(),
      desiredCount,
      settings,
      tags: [],
      rollouts: [],
      events: [],
    };
    this.all.push(service);
    return service;
  }

  /** Finds a service by name or ARN, even a deleted one. */
  find(cluster: string, nameOrArn: string): Service | undefined {
    const name = nameOrArn.replace(/^.*\//, '');
    return this.all.findLast((one) => one.cluster === cluster && one.name === name);
  }

  /** As find; throws ServiceNotFoundException or ServiceNotActiveException. */
  active(cluster: string, nameOrArn: string): Service {
    const service = this.find(cluster, nameOrArn);
    if (!service) throw new AwsError('ServiceNotFoundException', 'Service not found.');
    if (service.deletedAt !== undefined) throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
    return service;
  }

  /** The script of the next rollout. Default: it succeeds. */
  take(): RolloutScript {
    return (this.#scripts.length > 1 ? this.#scripts.shift() : this.#scripts[0]) ?? succeeds();
  }

  /** Starts a rollout. It supersedes one that is under way. */
  rollOut(
    service: Service,
    definition: TaskDefinition,
    script: RolloutScript,
    createdAt = this.place.clock.now(),
  ): Rollout {
    const source = lastGood(service, createdAt);
    for (const older of service.rollouts) if (!older.settled) this.#supersede(service, older, createdAt);
    const number = ++this.#made;
    const key = `${service.cluster}/${service.name}`;
    const rollout: Rollout = {
      id: deploymentId(number),
      arn: this.arn('service-deployment', `${key}/${hexId('deployment', number).slice(0, 21)}`),
      revisionArn: this.arn('service-revision', `${key}/${BigInt(`0x${hexId('revision', number).slice(0, 15)}`)}`),
      definition,
      settings: service.settings,
      createdAt,
      script,
      ...(source ? { source } : {}),
      rollbackId: deploymentId(number + 500_000),
      tasks: [],
      settled: false,
    };
    service.rollouts.push(rollout);
    service.scaling = undefined;
    for (const { at, message } of script.events ?? []) this.event(service, createdAt + at, message);
    for (const { at, script: task } of script.tasks ?? []) {
      const request = { startedBy: rollout.id, group: `service:${service.name}`, launchType: 'FARGATE' };
      rollout.tasks.push(this.ecs.tasks.start(service.cluster, definition, task, request, createdAt + at));
    }
    return rollout;
  }

  /** Somebody else calls UpdateService now: a rollout of that task definition begins, even if another one is under way. */
  interfere(cluster: string, name: string, taskDefinition: string, script: RolloutScript = succeeds()): Rollout {
    this.settle();
    const definition = this.ecs.taskDefinitions.find(taskDefinition);
    if (!definition) throw client('TaskDefinition not found.');
    return this.rollOut(this.active(cluster, name), definition, script);
  }

  event(service: Service, at: number, message: string): void {
    service.events.push({ at, id: uuid('event', service.name, service.events.length), message });
  }

  /** StopServiceDeployment. The rest of the rollout does not happen. */
  stop(service: Service, rollout: Rollout): void {
    rollout.stoppedAt = this.place.clock.now();
    this.#cancel(service, rollout, rollout.stoppedAt);
  }

  /** Handles the rollouts that have ended by now: stops the tasks of the losing revision, and writes events. */
  settle(): void {
    const now = this.place.clock.now();
    for (const service of this.all) {
      for (const rollout of service.rollouts) {
        const end = rollout.settled ? undefined : reached(rollout, now, isEnd);
        if (end !== undefined) this.#end(service, rollout, end);
      }
    }
  }

  /** The ARN of a thing in ECS. */
  arn(kind: string, name: string): string {
    return `arn:aws:ecs:${this.place.region}:${this.place.account}:${kind}/${name}`;
  }

  /** Throws ServiceDeploymentNotFoundException. */
  deployment(arn: string): { service: Service; rollout: Rollout } {
    for (const service of this.all) {
      const rollout = service.rollouts.find((one) => one.arn === arn);
      if (rollout) return { service, rollout };
    }
    throw new AwsError('ServiceDeploymentNotFoundException', 'The service deployment was not found.');
  }

  #end(service: Service, rollout: Rollout, at: number): void {
    rollout.settled = true;
    const { status } = rolloutAt(rollout, at);
    if (status === 'SUCCESSFUL') {
      for (const older of service.rollouts) if (older !== rollout) this.#scaleIn(older, at);
      this.event(service, at, `(service ${service.name}) has reached a steady state.`);
      this.event(service, at, `(service ${service.name}) (deployment ${rollout.id}) deployment completed.`);
    } else if (isRollback(status)) {
      for (const other of service.rollouts) if (other !== rollout.source) this.#scaleIn(other, at);
      // A first deployment has nothing to go back to, so it is scaled to zero.
      if (!rollout.source) {
        service.desiredCount = 0;
        return;
      }
      service.settings = rollout.source.settings;
      this.event(service, at, `(service ${service.name}) has reached a steady state.`);
    }
  }

  #supersede(service: Service, rollout: Rollout, at: number): void {
    rollout.supersededAt = at;
    rollout.settled = true;
    this.#cancel(service, rollout, at);
  }

  #cancel(service: Service, rollout: Rollout, at: number): void {
    this.ecs.tasks.cancel(rollout.tasks.filter((task) => task.createdAt > at));
    rollout.tasks = rollout.tasks.filter((task) => task.createdAt <= at);
    service.events = service.events.filter((event) => event.at <= at);
  }

  #scaleIn(rollout: Rollout, at: number): void {
    for (const task of rollout.tasks) {
      const reason = `Scaling activity initiated by (deployment ${rollout.id})`;
      this.ecs.tasks.stop(task, reason, at, 'ServiceSchedulerInitiated');
    }
  }
}

/** The rollout that decides what runs: the last one that succeeded, or the one that the service was rolled back to. */
export function lastGood(service: Service, now: number): Rollout | undefined {
  return service.rollouts.findLast((one) => rolloutAt(one, now).status === 'SUCCESSFUL');
}

/** `ecs-svc/` and 19 digits. */
const deploymentId = (number: number): string =>
  `ecs-svc/${String(3_000_000_000_000_000_000n + BigInt(number) * 7_919n)}`;

/** The count of tasks that CreateService and UpdateService take. */
export function checkCount(count: number | undefined): number | undefined {
  if (count !== undefined && (!Number.isInteger(count) || count < 0 || count > 5_000))
    throw invalid('desiredCount is invalid.');
  return count;
}
