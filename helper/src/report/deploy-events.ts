/** What a deployment reports. Durations are milliseconds. */
export type DeployEvent =
  | { type: 'deploy-started'; service: string; cluster: string; image: string | undefined }
  /** A rollback goes from the revision that the service is set to (`shop:43`) to another one, or stays at it. */
  | { type: 'rollback-chosen'; from: string; revision: string; why: string }
  | { type: 'definition-registered'; taskDefinition: string; changes: readonly string[] }
  | { type: 'definition-unchanged'; taskDefinition: string }
  /** `changes`: the properties of the service that change, without its revision. */
  | { type: 'service-changing'; service: string; how: 'create' | 'update'; changes: readonly string[]; console: string }
  | { type: 'service-event'; text: string }
  | { type: 'rollout-progress'; desired: number; running: number; pending: number; failed: number }
  | { type: 'task-died'; id: string; why: string; lines: readonly string[] }
  | { type: 'rollout-ending'; how: string }
  | {
      type: 'deploy-done';
      service: string;
      taskDefinition: string;
      url: string | undefined;
      addresses: readonly string[];
      ms: number;
    };
