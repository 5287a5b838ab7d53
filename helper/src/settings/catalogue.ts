/** One setting: a value that a Jenkinsfile need not name, because the stacks wrote it to SSM. */
export interface SettingDeclaration {
  /** One sentence for the docs, and for the message where it is missing. */
  readonly help: string;
  /** The other setting whose value it takes where it has none. */
  readonly like?: string;
  /** Its value where it has none. */
  readonly default?: string;
  /** Its value where it has none, made of other settings in braces: `{registry}/cache`. */
  readonly template?: string;
  /** True where a run works without it. */
  readonly optional?: boolean;
}

/** Every setting that SSM may hold. The names of its environment variable and SSM parameter follow from its name. */
export const settingsCatalogue = {
  cluster: { help: 'ECS cluster in which builds and services run.' },
  bucket: { help: 'S3 bucket for build contexts.' },
  registry: {
    help: "Where images without a registry host go: a registry's host and path, e.g. 111122223333.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci, or docker.io/acme.",
  },
  cacheRegistry: { help: 'Where layer caches go, a registry and path.', template: '{registry}/cache' },
  createOnPush: {
    help: 'true where ECR itself makes repositories at the first push (a repository creation template); else the helper makes them.',
    default: 'false',
  },
  builderFamily: { help: "Family of kaniko's task definition.", template: '{prefix}-kaniko' },
  subnets: { help: 'Subnets of the build tasks, separated by commas.' },
  builderSecurityGroups: { help: 'Security groups of the build tasks, separated by commas.' },
  publicIp: { help: 'ENABLED or DISABLED: whether build tasks get a public address.', default: 'ENABLED' },
  kanikoArgs: {
    help: 'Flags of kaniko for every build, separated by spaces; a registry mirror, for instance.',
    default: '',
  },
  appSubnets: { help: "Subnets of the services' tasks, separated by commas.", like: 'subnets', optional: true },
  appSecurityGroups: { help: "Security groups of the services' tasks, separated by commas.", optional: true },
  appPublicIp: { help: "ENABLED or DISABLED: whether the services' tasks get a public address.", like: 'publicIp' },
  appExecutionRole: { help: 'ARN of the execution role of new services.', optional: true },
  appTaskRole: { help: 'ARN of the task role of new services.', optional: true },
  appLogGroup: { help: 'Log group of new services.', optional: true },
} as const satisfies Readonly<Record<string, SettingDeclaration>>;

export type SettingName = keyof typeof settingsCatalogue;

/** Names that a service's own stack writes under `services/SERVICE/`. They win over the `app-*` settings. */
export const serviceSettings = ['target-group', 'security-groups', 'task-role', 'log-group'] as const;

/** `builderFamily` -> `builder-family` */
export const kebabCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `builderFamily` -> `FARGATE_CI_BUILDER_FAMILY` */
export const environmentVariable = (name: string): string =>
  `FARGATE_CI_${kebabCase(name).replace(/-/g, '_').toUpperCase()}`;
