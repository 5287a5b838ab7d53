import type { Commands } from '../cli/program.ts';
import { stepCommands } from '../cli/step-commands.ts';
import { cleanupParameters } from './cleanup/cleanup-parameters.ts';
import { doctorParameters } from './doctor/doctor-parameters.ts';
import { downParameters } from './infra/down/down-parameters.ts';
import { serviceParameters } from './infra/service/service-parameters.ts';
import { upParameters } from './infra/up/up-parameters.ts';
import { infraParameters } from './shared-parameters.ts';

/** The commands that only the operator's program has. */
export const operatorCommands = {
  'infra plan': {
    summary: 'Show what infra up would create, change, replace and delete',
    schema: upParameters,
    example: 'fargate-ci infra plan --domain example.com',
  },
  'infra up': {
    summary: 'Make or update network, builder, controller image and Jenkins',
    schema: upParameters,
    example: 'fargate-ci infra up --domain example.com',
  },
  'infra status': {
    summary: 'Show the stacks, and whether Jenkins runs',
    schema: infraParameters,
    example: 'fargate-ci infra status',
  },
  'infra down': {
    summary: 'Delete all of it but the data, which a later infra up takes back',
    schema: downParameters,
    example: 'fargate-ci infra down',
  },
  'infra service': {
    summary: "Set up one app's front: its host or path on the load balancer, with certificate and DNS",
    schema: serviceParameters,
    example: 'fargate-ci infra service shop --host shop.example.com --port 8080',
    positional: 'service',
  },
  doctor: {
    summary: 'Check all that a build and a deployment need, and say how to mend it',
    schema: doctorParameters,
    example: 'fargate-ci doctor',
  },
  cleanup: {
    summary: 'List the builds that run, and stop those that have outlived their time',
    schema: cleanupParameters,
    example: 'fargate-ci cleanup --stop',
  },
} as const satisfies Commands;

/** All commands of the operator's program: it has those of the steps too, and its help shows them. */
export const operatorProgramCommands: Commands = { ...operatorCommands, ...stepCommands };

/** Whether a command is one of the operator alone, not of the steps. */
export const isOperatorCommand = (name: string): name is keyof typeof operatorCommands =>
  Object.hasOwn(operatorCommands, name);
