import { common } from './common-parameters.ts';
import type { AnyParameter, Infer, Schema } from './schema.ts';

/** Parameters of `fargateDeploy` and of `fargate-ci deploy`. */
export const deploy = {
  service: {
    type: 'text',
    required: true,
    help: 'The ECS service; it is created where it does not exist.',
    example: "service: 'shop'",
  },
  image: {
    type: 'image',
    otherwise: 'the image that this run built; see the page on deploying',
    help: 'What to run: an image, or what kanikoBuild returned; deployed by its digest. Left out: the image of this run where exactly one was built; else, where another parameter says how the service should be, the image that it has.',
    example: 'image: built',
  },
  taskDefinition: {
    type: 'text',
    otherwise: "the service's own, else a new one",
    help: 'JSON file in the workspace with the task definition to start from.',
    example: "taskDefinition: 'deploy/task.json'",
  },
  container: {
    type: 'names',
    otherwise: "the service's name, or the only container",
    help: 'The container that gets the image, port, command, env and secrets. Of a list the first does, and the others get the image alone.',
    example: "container: ['web', 'worker']",
  },
  port: {
    type: 'number',
    min: 1,
    max: 65535,
    otherwise: "the task definition's; a new service needs it",
    help: 'Port that the container listens on.',
    example: 'port: 8080',
  },
  command: {
    type: 'list',
    otherwise: "the task definition's, else the image's",
    help: "Command of the container, a word an entry; an empty list takes the task definition's away, so that the image's own runs.",
    example: "command: ['gunicorn', 'shop.wsgi']",
  },
  env: {
    type: 'changes',
    default: {},
    help: 'Environment variables, laid over those of the task definition; null takes one away. Not for secrets: they are readable in ECS.',
    example: "env: [LOG_LEVEL: 'info']",
  },
  secrets: {
    type: 'map',
    default: {},
    help: "Environment variables from secrets: variable -> the secret's name. /x is an SSM parameter, any other name is Secrets Manager's, ARNs are taken as they are.",
    example: "secrets: [DATABASE_URL: '/shop/database-url']",
  },
  registryCredentials: {
    type: 'map',
    default: {},
    help: 'For a private image outside ECR: registry host -> name of a Secrets Manager secret that holds JSON with username and password.',
    example: "registryCredentials: ['docker.io': 'fargate-ci/app/docker-hub']",
  },
  cpu: {
    type: 'number',
    oneOf: [256, 512, 1024, 2048, 4096, 8192, 16384],
    otherwise: "the task definition's; 256 for a new service",
    help: 'CPU units of a task; 1024 are one vCPU.',
    example: 'cpu: 512',
  },
  memory: {
    type: 'number',
    otherwise: "the task definition's; 512 for a new service",
    help: 'Memory of a task in MiB.',
    example: 'memory: 1024',
  },
  count: {
    type: 'number',
    min: 0,
    max: 5000,
    otherwise: "the service's; 1 for a new one",
    help: 'Number of tasks.',
    example: 'count: 2',
  },
  spot: {
    type: 'flag',
    otherwise: "the service's; false for a new one",
    help: 'Run on Fargate Spot.',
    example: 'spot: true',
  },
  healthCheckGrace: {
    type: 'number',
    min: 0,
    otherwise: "the service's",
    help: 'Seconds after the start of a task in which failing health checks of the load balancer do not count.',
    example: 'healthCheckGrace: 60',
  },
  minimumHealthy: {
    type: 'number',
    min: 0,
    max: 100,
    otherwise: "the service's; 100 for a new one",
    help: 'Percentage of tasks that stay up during a deployment.',
    example: 'minimumHealthy: 50',
  },
  maximumHealthy: {
    type: 'number',
    min: 100,
    max: 200,
    otherwise: "the service's; 200 for a new one",
    help: 'Percentage of tasks that may run during a deployment.',
    example: 'maximumHealthy: 150',
  },
  targetGroup: {
    type: 'text',
    otherwise: 'settings, else no load balancer',
    help: 'ARN of the load balancer target group of a new service.',
  },
  subnets: {
    type: 'list',
    otherwise: 'settings',
    help: 'Subnets of the tasks.',
    example: "subnets: ['subnet-0a1b2c3d']",
  },
  securityGroups: {
    type: 'list',
    otherwise: 'settings',
    help: 'Security groups of the tasks.',
    example: "securityGroups: ['sg-0a1b2c3d']",
  },
  publicIp: {
    type: 'flag',
    otherwise: 'settings',
    help: 'Give each task a public address.',
    example: 'publicIp: false',
  },
  executionRole: {
    type: 'text',
    otherwise: "the task definition's, else settings",
    help: 'ARN of the role that pulls the image, reads the secrets and writes the log.',
  },
  taskRole: {
    type: 'text',
    otherwise: "the task definition's, else settings, else none",
    help: "ARN of the application's own role.",
  },
  rollback: {
    type: 'flag',
    otherwise: "the service's; true for a new one",
    help: "Let ECS' circuit breaker go back to the previous revision when the new one does not come up.",
    example: 'rollback: false',
  },
  rollbackTo: {
    type: 'text',
    help: "Deploy nothing new, but go back: 'previous' is the last revision that was deployed successfully before the one that runs now; or name one, by its number or as family:number. Goes with none of the parameters that say what to deploy.",
    example: "rollbackTo: 'previous'",
  },
  wait: {
    type: 'flag',
    default: true,
    help: 'Watch the rollout to its end. With false the step is green as soon as ECS took the change, whatever comes of it.',
    example: 'wait: false',
  },
  timeout: {
    type: 'number',
    otherwise: "20, and what the service's strategy takes",
    min: 1,
    max: 1440,
    help: "Minutes after which the rollout has failed. One that is no longer than the service's strategy takes at least (steps and bake time) is refused before anything begins.",
    example: 'timeout: 10',
  },
  onAbort: {
    type: 'text',
    oneOf: ['rollback', 'leave'],
    default: 'rollback',
    help: 'What an abort or a timeout does to the rollout: rollback ends it and goes back, leave lets it go on.',
    example: "onAbort: 'leave'",
  },
  verbose: {
    type: 'flag',
    default: false,
    help: 'Show where each setting comes from.',
    example: 'verbose: true',
  },
  candidates: {
    type: 'images',
    default: [],
    internal: true,
    help: 'What kanikoBuild returned in this run, in order.',
  },
  unpushed: {
    type: 'list',
    default: [],
    internal: true,
    help: 'Images that this run built with push: false.',
  },
  ...common,
} as const satisfies Schema;

export type DeployParameters = Infer<typeof deploy>;

/** Parameters that say what is deployed how, and nothing of what the service should be like. */
const ABOUT_THE_RUN: ReadonlySet<string> = new Set([
  ...['service', 'image', 'candidates', 'unpushed', 'container', 'wait', 'timeout', 'onAbort', 'verbose'],
  ...Object.keys(common),
]);

/** Parameters that a rollback takes. */
const OF_A_ROLLBACK: ReadonlySet<string> = new Set([
  ...['service', 'rollbackTo', 'rollback', 'candidates', 'unpushed', 'wait', 'timeout', 'onAbort', 'verbose'],
  ...Object.keys(common),
]);

/** The parameters that were given, as far as they differ from their defaults, and say what should be deployed how. */
export const beyondRollback = (params: Partial<DeployParameters>): string[] =>
  Object.keys(deploy).filter((name) => !OF_A_ROLLBACK.has(name) && isGiven(params, name));

function isGiven(params: Partial<DeployParameters>, name: string): boolean {
  const declared: AnyParameter | undefined = Object.entries(deploy).find(([one]) => one === name)?.[1];
  const value: unknown = Reflect.get(params, name);
  // What most services have: it asks for something only where a service has it off, which is seen there alone.
  if (name === 'rollback') return value === false;
  return value !== undefined && JSON.stringify(value) !== JSON.stringify(declared?.default);
}

/** True where a parameter beside the image was given that says how the service should be, whatever it is now. */
export function asksForMore(params: DeployParameters): boolean {
  return Object.keys(deploy).some((name) => !ABOUT_THE_RUN.has(name) && isGiven(params, name));
}
