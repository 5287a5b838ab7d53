/** The network, roles and log group of a service. What is undefined stays as it is. */
interface ServicePlacement {
  targetGroup: string | undefined;
  subnets: readonly string[] | undefined;
  securityGroups: readonly string[] | undefined;
  publicIp: boolean | undefined;
  executionRole: string | undefined;
  taskRole: string | undefined;
  logGroup: string | undefined;
}

/** What the user wants of a service, with all names resolved. What is undefined stays as it is. */
export interface WantedService {
  prefix: string;
  region: string;
  cluster: string;
  service: string;
  /** Full reference for ECS; undefined keeps the image of the base definition. */
  image: string | undefined;
  /** The reference is a tag outside ECR. The tag may stand for another image by now, which ECS does not notice. */
  movingTag: boolean;
  /** The container that the parameters change. Undefined: the one with the service's name, or the only one. */
  container: string | undefined;
  /** Other containers, which get only the image. */
  further?: readonly string[];
  port: number | undefined;
  command: readonly string[] | undefined;
  /** null removes a variable. */
  env: Readonly<Record<string, string | null>>;
  /** Variable -> `valueFrom`. */
  secrets: Readonly<Record<string, string>>;
  /** ARN of the Secrets Manager secret with the credentials for a private image. */
  pullSecret: string | undefined;
  /** CPU units and MiB. */
  cpu: number | undefined;
  memory: number | undefined;
  count: number | undefined;
  spot: boolean | undefined;
  /** Seconds. */
  healthCheckGrace: number | undefined;
  /** Percent. */
  minimumHealthy: number | undefined;
  maximumHealthy: number | undefined;
  /** Whether ECS' circuit breaker rolls back; undefined leaves the service's breaker as it is. */
  rollback: boolean | undefined;
  /** Replaces what the service has. From the parameters, else from the settings for this one service. */
  explicit: ServicePlacement;
  /** Fills what a new service, or a definition from a file, leaves open. From the settings for all services. */
  defaults: ServicePlacement;
}
