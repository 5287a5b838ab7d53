import { AwsError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Logs } from './logs.ts';
import { Services } from './services.ts';
import type { Place } from './state.ts';
import { TaskDefinitions } from './taskDefinitions.ts';
import { type Task, Tasks } from './tasks.ts';

/** What a client token of RunTask stands for. */
export interface Token {
  /** Digest of the request that it came with. */
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
  /** What DescribeClusters says of a cluster beside its name, where it is not an ordinary one. */
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

  /** The name of the cluster meant by a name, an ARN, or nothing (`default`). Throws ClusterNotFoundException. */
  cluster(nameOrArn: string | undefined): string {
    const name = (nameOrArn ?? 'default').replace(/^arn:.*:cluster\//, '');
    if (!this.#clusters.has(name)) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    return name;
  }

  /** What the token started, where it is not older than a day. */
  token(key: string): Token | undefined {
    const known = this.tokens.get(key);
    return known && this.place.clock.now() - known.at <= DAY ? known : undefined;
  }

  clusterArn(name: string): string {
    return `arn:aws:ecs:${this.place.region}:${this.place.account}:cluster/${name}`;
  }
}
