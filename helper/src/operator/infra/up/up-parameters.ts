import type { ParameterSchema, ParameterValues } from '../../../parameters/schema.ts';
import { dataLossParameter, hostParameters, infraParameters } from '../../shared-parameters.ts';

/** Parameters of `fargate-ci infra plan` and `infra up`. What is left out stays as the stacks have it. */
export const upParameters = {
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
  ...hostParameters,
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
  ...dataLossParameter,
  ...infraParameters,
} as const satisfies ParameterSchema;

export type UpParameters = ParameterValues<typeof upParameters>;
