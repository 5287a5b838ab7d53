import { commonParameters } from '../../../parameters/common-parameters.ts';
import type { ParameterSchema, ParameterValues } from '../../../parameters/schema.ts';

const { prefix, region, role, mask } = commonParameters;

const where = {
  prefix,
  region,
  role,
  mask,
  config: {
    type: 'text',
    otherwise: 'fargate-ci.yaml, where it is there',
    help: 'YAML file with parameters of this command, under the names below; flags win over it.',
    example: "config: 'platform/fargate-ci.yaml'",
  },
  verbose: {
    type: 'flag',
    default: false,
    help: "Show where each setting comes from, and all of kaniko's log.",
    example: 'verbose: true',
  },
  timeout: {
    type: 'number',
    default: 60,
    min: 1,
    max: 1440,
    help: 'Minutes to wait for one stack. AWS goes on with it after that.',
    example: 'timeout: 90',
  },
} as const satisfies ParameterSchema;

/** Parameters of `fargate-ci infra plan` and `infra up`. What is left out stays as the stacks have it. */
export const upSchema = {
  domain: {
    type: 'text',
    otherwise: 'as the stack has it; a new Jenkins needs it, or host',
    help: 'Domain of yours: Jenkins gets the host jenkins.DOMAIN, its DNS record and its certificate come from the hosted zone of the domain in Route 53.',
    example: "domain: 'example.com'",
  },
  host: {
    type: 'text',
    otherwise: 'jenkins.DOMAIN',
    help: 'Host name of Jenkins, where it is another one.',
    example: "host: 'ci.example.com'",
  },
  hostedZone: {
    type: 'text',
    otherwise: 'found by the host; none where a certificate is given and no zone is there',
    help: "ID of the public hosted zone of the host. '': none, its DNS record is made elsewhere.",
    example: "hostedZone: 'Z0123456789ABC'",
  },
  certificate: {
    type: 'text',
    otherwise: 'a new one, by DNS validation in the hosted zone',
    help: 'ARN of a certificate in ACM for the host, of the same region.',
    example: "certificate: 'arn:aws:acm:ap-southeast-2:111122223333:certificate/12345678-1234-1234-1234-123456789012'",
  },
  vpc: {
    type: 'text',
    otherwise: 'a new one',
    help: 'VPC to use instead of making one; subnets then belong to it.',
    example: "vpc: 'vpc-0a1b2c3d'",
  },
  subnets: {
    type: 'list',
    default: [],
    otherwise: 'found in the VPC: a public one in each of two zones',
    help: 'Public subnets of that VPC, in two zones; with only: builder also private ones.',
    example: "subnets: ['subnet-0a1b2c3d', 'subnet-1a2b3c4d']",
  },
  only: {
    type: 'text',
    oneOf: ['builder'],
    otherwise: 'everything',
    help: 'builder: no Jenkins, only what builds and deployments need; for a Jenkins that runs elsewhere.',
    example: "only: 'builder'",
  },
  controllerImage: {
    type: 'text',
    otherwise: 'built by this command from infrastructure/controller',
    help: "The controller's image, where you have one of your own.",
    example: "controllerImage: 'jenkins/jenkins:2.333'",
  },
  bare: {
    type: 'flag',
    otherwise: 'as the stack has it; false for a new one',
    help: 'The image is a plain jenkins/jenkins, which is set up by hand: no library, no users, no plugins.',
    example: 'bare: true',
  },
  cpu: {
    type: 'text',
    otherwise: 'as the stack has it; 512 for a new one',
    help: 'CPU of Jenkins, in units or vCPU: 512, or .5 vCPU.',
    example: "cpu: '1 vCPU'",
  },
  memory: {
    type: 'text',
    otherwise: 'as the stack has it; 2048 for a new one',
    help: 'Memory of Jenkins, in MiB or GB: 2048, or 2 GB.',
    example: "memory: '4 GB'",
  },
  executors: {
    type: 'number',
    min: 0,
    otherwise: 'as the stack has it; 2 for a new one',
    help: 'Executors of the controller itself: builds there can read what Jenkins holds. 0: only on agents.',
  },
  admin: { type: 'text', otherwise: 'as the stack has it; admin for a new one', help: "The administrator's name." },
  githubSecret: {
    type: 'text',
    otherwise: 'none',
    help: 'ARN of a secret with a GitHub credential: JSON with token, or with appId and privateKey.',
  },
  repository: {
    type: 'text',
    otherwise: 'none',
    help: 'Git repository whose Jenkinsfile becomes a multibranch pipeline.',
    example: "repository: 'https://github.com/acme/shop'",
  },
  libraryRepository: {
    type: 'text',
    otherwise: 'as the stack has it; for a new one where this program was cloned from',
    help: 'Git repository of the fargate-ci library, from which Jenkins gets the steps.',
    example: "libraryRepository: 'https://github.com/acme/fargate-ci'",
  },
  libraryVersion: {
    type: 'text',
    otherwise: 'as the stack has it; for a new one the tag, else the branch, that this program was cloned at',
    help: 'Tag, branch or commit of the library.',
  },
  ingress: {
    type: 'text',
    otherwise: 'as the stack has it; 0.0.0.0/0 for a new one',
    help: 'IPv4 range that reaches Jenkins.',
    example: "ingress: '203.0.113.0/24'",
  },
  networkParameters: { type: 'map', default: {}, help: 'Further parameters of infrastructure/network.yaml.' },
  builderParameters: {
    type: 'map',
    default: {},
    help: 'Further parameters of infrastructure/builder.yaml.',
    example: 'builderParameters: {LogDays: 30}',
  },
  jenkinsParameters: { type: 'map', default: {}, help: 'Further parameters of infrastructure/jenkins.yaml.' },
  allowDataLoss: {
    type: 'flag',
    default: false,
    help: 'Go on where something that holds data is replaced or deleted: the file system of Jenkins, the bucket of contexts, repositories, secrets.',
    example: 'allowDataLoss: true',
  },
  ...where,
} as const satisfies ParameterSchema;

/** Parameters of `fargate-ci infra status`. */
export const statusSchema = where;

/** Parameters of `fargate-ci infra down`. */
export const downSchema = {
  deleteData: {
    type: 'flag',
    default: false,
    help: 'Delete what holds data too: the file system of Jenkins, the bucket of contexts, the images in ECR. There is no way back.',
    example: 'deleteData: true',
  },
  ...where,
} as const satisfies ParameterSchema;

/** Parameters of `fargate-ci infra service NAME`. */
export const serviceSchema = {
  service: {
    type: 'text',
    required: true,
    help: 'Name of the service, as fargateDeploy has it.',
    example: "service: 'shop'",
  },
  host: {
    type: 'text',
    otherwise: 'as the stack has it; any host, where path is given',
    help: 'Host name that leads to the app.',
    example: "host: 'shop.example.com'",
  },
  path: {
    type: 'text',
    otherwise: 'as the stack has it; all paths',
    help: 'Path that leads to the app, with all below it.',
    example: "path: '/shop'",
  },
  port: {
    type: 'number',
    min: 1,
    max: 65535,
    otherwise: 'as the stack has it; 8080 for a new one',
    help: 'Port that the container listens on.',
    example: 'port: 5001',
  },
  healthCheckPath: { type: 'text', otherwise: 'as the stack has it; / for a new one', help: 'Path that is asked for.' },
  healthCheckMatcher: {
    type: 'text',
    otherwise: 'as the stack has it; 200-399 for a new one',
    help: 'Status codes of a healthy app.',
    example: "healthCheckMatcher: '200,404'",
  },
  hostedZone: upSchema.hostedZone,
  certificate: upSchema.certificate,
  priority: {
    type: 'number',
    min: 2,
    max: 50000,
    otherwise: 'as the stack has it; a free one for a new one',
    help: "Priority of the listener's rule; the lowest number is asked first.",
  },
  serviceParameters: { type: 'map', default: {}, help: 'Further parameters of infrastructure/service.yaml.' },
  allowDataLoss: upSchema.allowDataLoss,
  ...where,
} as const satisfies ParameterSchema;

export type UpParameters = ParameterValues<typeof up>;
export type StatusParameters = ParameterValues<typeof status>;
export type DownParameters = ParameterValues<typeof down>;
export type ServiceParameters = ParameterValues<typeof service>;
