/** Where and as whom a service runs; what is undefined is left as it is. */
export interface ServicePlacement {
  targetGroup: string | undefined;
  subnets: readonly string[] | undefined;
  securityGroups: readonly string[] | undefined;
  publicIp: boolean | undefined;
  executionRole: string | undefined;
  taskRole: string | undefined;
  logGroup: string | undefined;
}

/** A deployment as its user wants it, with every name already resolved. What is undefined is left as it is. */
export interface WantedService {
  prefix: string;
  region: string;
  cluster: string;
  service: string;
  /** Full reference as ECS gets it; undefined keeps the one that the base has. */
  image: string | undefined;
  /** The reference is a tag outside ECR: it may have been pushed anew without ECS noticing. */
  movingTag: boolean;
  /** Gets all that is given for a container; undefined: the one that is named as the service, or the only one. */
  container: string | undefined;
  /** Other containers, which get the image alone. */
  further?: readonly string[];
  port: number | undefined;
  command: readonly string[] | undefined;
  /** null takes a variable away. */
  env: Readonly<Record<string, string | null>>;
  /** Variable -> `valueFrom`. */
  secrets: Readonly<Record<string, string>>;
  /** ARN of the Secrets Manager secret that pulls a private image. */
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
  /** ECS' circuit breaker, with or without going back; undefined leaves that of a service as it is. */
  rollback: boolean | undefined;
  /** Laid over whatever there is: the user's parameters, else what the service's own stack wrote down for it. */
  explicit: ServicePlacement;
  /** The settings' defaults: they fill what a new service or a definition from a file leaves open. */
  defaults: ServicePlacement;
}
