import type { Commands } from '../cli/program.ts';
import { stepCommands as steps } from '../cli/step-commands.ts';
import { cleanupSchema } from './cleanup/cleanup-parameters.ts';
import { doctorSchema } from './doctor/doctor-parameters.ts';
import { downSchema, serviceSchema, statusSchema, upSchema } from './infra/up/up-parameters.ts';

/** The operator's own commands. */
export const operatorCommands = {
  'infra plan': {
    summary: 'Show what infra up would create, change, replace and delete',
    schema: upSchema,
    example: 'fargate-ci infra plan --domain example.com',
  },
  'infra up': {
    summary: 'Make or update network, builder, controller image and Jenkins',
    schema: upSchema,
    example: 'fargate-ci infra up --domain example.com',
  },
  'infra status': {
    summary: 'Show the stacks, and whether Jenkins runs',
    schema: statusSchema,
    example: 'fargate-ci infra status',
  },
  'infra down': {
    summary: 'Delete all of it but the data, which a later infra up takes back',
    schema: downSchema,
    example: 'fargate-ci infra down',
  },
  'infra service': {
    summary: "Set up one app's front: its host or path on the load balancer, with certificate and DNS",
    schema: serviceSchema,
    example: 'fargate-ci infra service shop --host shop.example.com --port 8080',
    positional: 'service',
  },
  doctor: {
    summary: 'Check all that a build and a deployment need, and say how to mend it',
    schema: doctorSchema,
    example: 'fargate-ci doctor',
  },
  cleanup: {
    summary: 'List the builds that run, and stop those that have outlived their time',
    schema: cleanupSchema,
    example: 'fargate-ci cleanup --stop',
  },
} as const satisfies Commands;

/** All commands: whoever asks for help sees those of the steps too. */
export const programCommands: Commands = { ...operatorCommands, ...steps };

export const isOperatorCommand = (name: string): name is keyof typeof operatorCommands =>
  Object.hasOwn(operatorCommands, name);
