import { commonParameters } from './common-parameters.ts';
import type { ParameterSchema, ParameterValues } from './schema.ts';

/** Parameters of `kanikoBuild` and of `fargate-ci build`. */
export const buildParameters = {
  image: {
    type: 'names',
    required: true,
    help: 'What to build: repository or repository:tag, or a list of them. Without a registry host it goes to the registry of the settings. Without a tag it is the first 12 characters of the commit, else the build number.',
    example: "image: 'acme/shop'",
  },
  context: {
    type: 'text',
    default: '.',
    help: 'Folder that is sent to the build, relative to the workspace.',
    example: "context: 'services/shop'",
  },
  dockerfile: {
    type: 'text',
    default: 'Dockerfile',
    help: 'The Dockerfile, relative to the context.',
    example: "dockerfile: 'docker/production.Dockerfile'",
  },
  ignore: {
    type: 'list',
    default: [],
    help: 'Patterns of files not to send, beside those in .dockerignore and by the same rules.',
    example: "ignore: ['**/*.log', 'docs']",
  },
  buildArgs: {
    type: 'map',
    default: {},
    help: "Values for the Dockerfile's ARGs. They stay visible in the image's history: for secrets use the parameter secrets.",
    example: "buildArgs: [VERSION: '1.4.2']",
  },
  labels: {
    type: 'map',
    default: {},
    help: 'Labels of the image. The OCI labels for revision and source are added where they are known.',
    example: "labels: [team: 'shop']",
  },
  target: {
    type: 'text',
    otherwise: 'the last stage',
    help: 'Stage of the Dockerfile to build.',
    example: "target: 'runtime'",
  },
  platform: {
    type: 'text',
    oneOf: ['linux/amd64', 'linux/arm64'],
    default: 'linux/amd64',
    help: 'Platform to build for; the task runs on it, nothing is emulated.',
    example: "platform: 'linux/arm64'",
  },
  secrets: {
    type: 'map',
    default: {},
    help: "For RUN --mount=type=secret: id -> the secret's name. /x is an SSM parameter, any other name is Secrets Manager's, ARNs are taken as they are.",
    example: "secrets: [npmrc: 'fargate-ci/build/npmrc']",
  },
  registryCredentials: {
    type: 'map',
    default: {},
    help: 'For private registries other than ECR, to pull and to push: registry host -> name of a Secrets Manager secret that holds JSON with username and password.',
    example: "registryCredentials: ['docker.io': 'fargate-ci/build/docker-hub']",
  },
  cache: {
    type: 'choice',
    default: true,
    help: 'Layer cache: true for the repository PREFIX/cache/IMAGE, false for none, or a repository.',
    example: 'cache: false',
  },
  push: {
    type: 'flag',
    default: true,
    help: 'Push the image. With false the build only checks that it builds; the result has no digest and cannot be deployed.',
    example: 'push: false',
  },
  cpu: {
    type: 'number',
    default: 2048,
    oneOf: [256, 512, 1024, 2048, 4096, 8192, 16384],
    help: 'CPU units of the task; 1024 are one vCPU.',
    example: 'cpu: 4096',
  },
  memory: {
    type: 'number',
    default: 8192,
    help: 'Memory of the task in MiB; Fargate has pairs of cpu and memory.',
    example: 'memory: 16384',
  },
  ephemeralStorage: {
    type: 'number',
    default: 40,
    min: 21,
    max: 200,
    help: 'Disk of the task in GiB, 21 to 200.',
    example: 'ephemeralStorage: 100',
  },
  spot: {
    type: 'flag',
    default: false,
    help: 'Run the build on Fargate Spot: cheaper, and AWS may end it at any time.',
    example: 'spot: true',
  },
  spotFallback: {
    type: 'flag',
    default: false,
    help: 'With spot: run the build on demand where Spot has no capacity, and once more on demand where AWS takes it back.',
    example: 'spotFallback: true',
  },
  timeout: {
    type: 'number',
    default: 60,
    min: 1,
    max: 1440,
    help: 'Minutes after which the task is stopped and the step fails.',
    example: 'timeout: 20',
  },
  kanikoArgs: {
    type: 'list',
    default: [],
    help: "Flags of kaniko's executor that no parameter covers.",
    example: "kanikoArgs: ['--single-snapshot']",
  },
  verbose: {
    type: 'flag',
    default: false,
    help: "Show all of kaniko's log, and where each setting comes from.",
    example: 'verbose: true',
  },
  call: {
    type: 'number',
    default: 0,
    internal: true,
    help: 'Which of several equal calls that run side by side in one pipeline run this is. The step passes it.',
  },
  ...commonParameters,
} as const satisfies ParameterSchema;

export type BuildParameters = ParameterValues<typeof buildParameters>;
