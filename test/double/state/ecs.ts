import { AwsError } from '../errors.ts';
import type { JsonObject } from '../json-values.ts';
import type { Logs } from './logs.ts';
import type { Place } from './place.ts';
import { Services } from './services.ts';
import { TaskDefinitions } from './task-definitions.ts';
import { type Task, Tasks } from './tasks.ts';

/** The request and the task that a client token of RunTask stands for. */
export interface Token {
  /** The digest of the request that the token came with. */
  request: string;
  tasks: readonly Task[];
  at: number;
}

const DAY = 24 * 3_600_000;

/** ECS: clusters, task definitions, tasks and services. */
export class Ecs {
  readonly taskDefinitions: TaskDefinitions;
  readonly tasks: Tasks;
  readonly services: Services;
  readonly tokens = new Map<string, Token>();
  readonly #clusters = new Set<string>();
  /** The fields that DescribeClusters adds for a cluster that is not an ordinary one. */
  readonly clusterFields = new Map<string, JsonObject>();

  constructor(
    private readonly place: Place,
    logs: Logs,
  ) {
    this.taskDefinitions = new TaskDefinitions(place);
    this.tasks = new Tasks(place, logs);
    this.services = new Services(place, this);
  }

  /** Makes a cluster of this name. */
  createCluster(name: string): void {
    this.#clusters.add(name);
  }

  hasCluster(name: string): boolean {
    return this.#clusters.has(name);
  }

  /** The name of a cluster that is given by name, by ARN or not at all (`default`). Throws ClusterNotFoundException. */
  cluster(nameOrArn: string | undefined): string {
    const name = (nameOrArn ?? 'default').replace(/^arn:.*:cluster\//, '');
    if (!this.#clusters.has(name)) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    return name;
  }

  /** The tasks that the token started, if it is not older than a day. */
  token(key: string): Token | undefined {
    const known = this.tokens.get(key);
    return known && this.place.clock.now() - known.at <= DAY ? known : undefined;
  }

  clusterArn(name: string): string {
    return `arn:aws:ecs:${this.place.region}:${this.place.account}:cluster/${name}`;
  }
}
